"""Types of command fields."""

from typing import Annotated

from msgspec import Meta

Name = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"\S", description="A name; not only spaces.")
]
Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
ImageIds = Annotated[list[Id], Meta(min_length=1, max_length=100_000)]
AnyImageIds = Annotated[list[Id], Meta(max_length=100_000)]
Paths = Annotated[list[Annotated[str, Meta(min_length=1, max_length=10_000)]], Meta(max_length=100_000)]
Folder = Annotated[str, Meta(min_length=1, max_length=10_000)]
"""The full path of a photo folder."""
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Search = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Position = Annotated[int, Meta(ge=0, le=2**62)]
"""A position in the log."""
