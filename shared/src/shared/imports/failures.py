"""What an import refuses. The texts are French, for the staff who mend the file, and never quote the file."""


class FileRefusedError(Exception):
    """The file as a whole can't be imported; nothing of it was loaded."""


class RefusedValueError(ValueError):
    """A value of a line is refused; the text is the reason in the report.

    ``column`` names the column when it is not the one being checked (for a model validator).
    """

    def __init__(self, reason: str, *, column: str = "") -> None:
        super().__init__(reason)
        self.column = column
