"""The values that go in and out of the readers."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

Cell = str | int | float | bool | date | datetime | None
Row = list[Cell]

MIB = 1024 * 1024
FORMATS = ("csv", "xls", "xlsx", "ods", "vcf")
ENCODINGS = ("utf-8", "cp1250", "iso8859-2", "cp852", "utf-16-le", "utf-16-be", "cp1252")
SEPARATORS = (";", ",", "\t", "|")
PREVIEW_ROWS = 40
GUESS = -1
"""As a header row: find it yourself."""


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for; bytes, counts and seconds.

    Any workbook may unpack to `free_inflated` bytes, a larger one to `max_ratio` times its size,
    none to more than `max_inflated`; with its size it gets more seconds. What unpacks to more
    than `whole_inflated` or has more than `whole_cells` places is read slice by slice.
    """

    max_bytes: int = 400 * MIB
    max_entries: int = 2_000
    max_inflated: int = 4096 * MIB
    free_inflated: int = 300 * MIB
    max_ratio: int = 100
    whole_inflated: int = 64 * MIB
    whole_cells: int = 3_000_000
    slice_bytes: int = 4 * MIB
    max_columns: int = 512
    max_rows: int = 1_048_576
    max_cells: int = 32_000_000
    max_strings: int = 4_000_000
    max_cell_chars: int = 1 * MIB
    max_line_chars: int = 8 * MIB
    memory: int = 1024 * MIB
    cpu_seconds: int = 60
    cpu_seconds_per_gib: int = 180
    silence_seconds: float = 30.0

    def as_json(self) -> dict[str, Any]:
        """The limits as the child receives them."""
        return asdict(self)


@dataclass(frozen=True)
class Choices:
    """How a file is to be read; what `inspect` guessed and the person may have changed.

    `header_row` counts from 0; None means that the first row is data already. Only text files
    look at `encoding` (one of ENCODINGS), only csv at `separator`, only workbooks at `sheet`.
    `repair` (one of REPAIRS) mends text that was encoded twice. `is_settled` says that a person
    has chosen encoding and repair. `left_out` are the numbers, as a person counts them, of rows
    that are no data: totals, headers that come again.
    """

    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_row: int | None = 0
    repair: str = ""
    is_settled: bool = False
    left_out: tuple[int, ...] = ()

    @property
    def first_row_number(self) -> int:
        """The number, counted from 1 as spreadsheets do, of the first row that `rows` yields."""
        return 1 if self.header_row is None else self.header_row + 2

    def as_json(self) -> dict[str, Any]:
        """The choices as they are stored with an import; `Choices(**stored)` reads them back."""
        return asdict(self)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook with the size of its used area."""

    name: str
    rows: int
    columns: int
    hidden: bool = False


@dataclass(frozen=True)
class Inspection:
    """What a file is, how it is best read, and what it then says.

    `encodings` and `separators` hold the guess first and then what else would be possible;
    `encoding_certain` is False where the person should be asked, and `readings` are the telling
    lines ({encoding, repair, lines}) in each likely way, the one in use first. `rows` are the
    first rows of the file, header and blank rows included; `data_rows` counts the rows below the
    header that are neither blank nor `left_out`.
    """

    format: str
    encoding: str = ""
    encodings: tuple[str, ...] = ()
    encoding_certain: bool = True
    repair: str = ""
    readings: list[dict[str, Any]] = field(default_factory=list)
    separator: str = ""
    separators: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    sheet: str = ""
    header_row: int | None = 0
    rows: list[Row] = field(default_factory=list)
    data_rows: int = 0
    columns: int = 0
    left_out: tuple[int, ...] = ()
    renamed: bool = False

    @property
    def header(self) -> Row:
        """The names of the columns; empty where the file has no header."""
        from orbita.imports.readers.headers import names_of

        return names_of(self.rows, self.header_row)

    @property
    def sample(self) -> list[Row]:
        """The first rows: all down to the header, and below it those that hold data."""
        start = 0 if self.header_row is None else self.header_row + 1
        return self.rows[:start] + [
            row
            for number, row in enumerate(self.rows[start:], start=start + 1)
            if number not in self.left_out and any(cell not in (None, "") for cell in row)
        ]

    @property
    def notices(self) -> list[str]:
        """Sentences that the person should read before going on."""
        from orbita.imports.readers.sentences import doubts, remarks

        return remarks(self) + doubts(self)

    @property
    def remarks(self) -> list[str]:
        """The same without what a page asks about where it shows the rows."""
        from orbita.imports.readers.sentences import remarks

        return remarks(self)

    def choices(self) -> Choices:
        """The guess as choices, ready for `rows`."""
        return Choices(
            self.format,
            self.encoding,
            self.separator,
            self.sheet,
            self.header_row,
            repair=self.repair,
            left_out=self.left_out,
        )
