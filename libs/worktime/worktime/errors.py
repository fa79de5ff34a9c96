"""What the calendar refuses to answer."""


class CalendarUnknown(LookupError):
    """No table has been decided for ``year``: an operator must add it, nobody may guess it.

    Tết and the days beside 02/09 are fixed each year by decision, so a year without its table has no answer.
    """

    def __init__(self, year: int) -> None:
        super().__init__(f"the working calendar has no table for the year {year}")
        self.year = year
