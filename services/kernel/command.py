"""What every command is, and what their fields may hold."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

Name = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"\S", description="A name; not only spaces.")
]
Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
ImageIds = Annotated[list[Id], Meta(min_length=1, max_length=100_000)]
Paths = Annotated[list[Annotated[str, Meta(min_length=1, max_length=10_000)]], Meta(max_length=100_000)]
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A wish. Logged with kind `C` when it is accepted; a refused one leaves no trace."""

    TYPE: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
