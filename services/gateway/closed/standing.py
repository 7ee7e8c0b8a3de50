"""How the log stands, and how to ask whoever runs the gateway to start it again."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from services.kernel.log.setback import Setback

Way = Literal["restore", "recover", "accept", "begin-anew"]
"""What a person can choose when the log is not what it was."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    setback: Setback | None = None
    """Why the log is not believed: then nothing is appended, scanned or classified, and pages are read-only."""
    tables: Path | None = None
    """The read tables that pages show then; None: those that were in use."""
    origin: str | None = None
    """The address of the album that this one is a copy of: a reader. Its log is that one's, and grows by following it;
    what would change the album is passed on."""
    restart: Callable[[Way | None], None] = lambda way: None
    """Stop the gateway, go that way if one is given, judge the log again and start. Returns at once."""


SOUND = Standing()
