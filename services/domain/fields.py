"""Types of command fields: what the way in accepts. The log keeps what was accepted by the rules of its time, and
`codec.decode_command` reads that without these limits."""

from typing import Annotated, Final

from msgspec import Meta

_UNSEEN: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""Control characters and line breaks, which no name has on purpose."""
ONE_LINE: Final = rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*$(?!\n)"
"""`$` alone would allow a line break at the end."""
TITLE: Final = rf"^[^{_UNSEEN}]*$(?!\n)"
LINES: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
ID: Final = r"^[A-Za-z0-9_.-]+$(?!\n)"
OFFSET: Final = r"^[+-](0\d|1[0-4]):[0-5]\d$(?!\n)"
"""From UTC: no place's clock is further from it."""
POINT: Final = r"^-?\d{1,2}(\.\d{1,15})?,-?\d{1,3}(\.\d{1,15})?$(?!\n)"
SHA256: Final = r"^[0-9a-f]{64}$"
PATH: Final = r"^[^\x00]+$"
"""File names may hold anything else, line breaks too."""

LONGEST_TEXT: Final = 10_000
"""Characters of a caption or another text with line breaks, whoever wrote it."""
LONGEST_TITLE: Final = 500
"""Characters of a title that a person gives."""

Name = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=ONE_LINE, description="A name in one line; not only spaces."),
]
Names = Annotated[list[Name], Meta(min_length=1, max_length=100)]
SeparatedNames = Annotated[
    list[Name],
    Meta(max_length=100, extra={"separator": ","}, description="In a form, separated by commas."),
]
Title = Annotated[str, Meta(max_length=LONGEST_TITLE, pattern=TITLE, description="One line; may be empty.")]
Point = Annotated[
    str,
    Meta(pattern=POINT, description="Latitude and longitude in degrees (WGS 84): 41.89,12.48"),
]
Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=ID)]
ImageIds = Annotated[list[Id], Meta(min_length=1, max_length=100_000)]
AnyImageIds = Annotated[list[Id], Meta(max_length=100_000)]
Folder = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=PATH)]
"""The full path of a photo folder."""
Paths = Annotated[list[Folder], Meta(max_length=100_000)]
Text = Annotated[str, Meta(max_length=LONGEST_TEXT, pattern=LINES)]
"""Plain text with line breaks; may be empty."""
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Search = Annotated[str, Meta(min_length=1, max_length=500, pattern=ONE_LINE)]
Position = Annotated[int, Meta(ge=0, le=2**62)]
"""A position in the log."""

Whole = Annotated[int, Meta(ge=0, lt=2**31)]
"""A count or an index in what a classifier sends: every table holds it."""
Score = Annotated[float, Meta(ge=-1e9, le=1e9)]
"""What a classifier says of a class: a probability, but those that people add may end in any other numbers."""
