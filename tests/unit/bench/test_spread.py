"""What rounds say together."""

import pytest

from bench.spread import Spread, percentile, ratios


def test_spread_is_the_median_between_the_lowest_and_the_highest():
    assert Spread.of([5.0, 1.0, 9.0, 2.0]) == Spread(3.5, 1.0, 9.0)


def test_ratio_is_taken_round_by_round():
    assert ratios([20.0, 90.0, 40.0], [10.0, 30.0, 20.0]) == Spread(2.0, 2.0, 3.0)


def test_rounds_of_different_number_have_no_ratio():
    with pytest.raises(ValueError, match="longer"):
        ratios([1.0], [1.0, 2.0])


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1), (0.991, 100)])
def test_percentile_is_the_value_that_so_many_do_not_exceed(share, value):
    assert percentile(list(range(100, 0, -1)), share) == value


def test_no_rounds_have_neither_spread_nor_percentile():
    for function in (Spread.of, lambda values: percentile(values, 0.5)):
        with pytest.raises(ValueError, match="no"):
            function([])
