"""What the scanner's answers mean, and how it is named."""

import pytest

from intake.scanner import Scanner, ScannerAway, _verdict, open_scanner


@pytest.mark.parametrize(
    ("answer", "virus"),
    [
        (b"stream: OK\0", None),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", "Win.Test.EICAR_HDB-1"),
        (b"stream: A FOUND FOUND\0", "A FOUND"),
    ],
)
def test_a_verdict_is_clean_or_a_name(answer, virus):
    assert _verdict(answer) == virus


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: x ERROR\0", b"OK\0", b"HTTP/1.1 400", b"\xff\0"]
)
def test_whatever_else_it_says_is_no_verdict(answer):
    with pytest.raises(ScannerAway):
        _verdict(answer)


def test_nobody_at_the_port_is_no_verdict():
    with pytest.raises(ScannerAway):
        Scanner("127.0.0.1", 1).scan([b"x"])


def test_a_scanner_is_named_by_its_address_or_not_at_all():
    assert open_scanner("clamd://av.example:3310") == Scanner("av.example", 3310)
    assert open_scanner("") is None
    for wrong in ("av.example:3310", "http://av.example:3310", "clamd://av.example", "clamd://:3310", "clamd://a:1/x"):
        with pytest.raises(ValueError, match="clamd"):
            open_scanner(wrong)
