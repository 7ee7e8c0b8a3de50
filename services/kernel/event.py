"""What every fact of the log is."""

from typing import ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fact. Never changed, never deleted."""

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
