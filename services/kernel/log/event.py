"""The base class of events."""

from typing import Any, ClassVar

import msgspec

EVENTS: dict[str, "type[Event]"] = {}
"""By TYPE. Importing a module registers its classes (see `codec.register_on_demand`)."""


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fact. Never changed, never deleted.

    `TYPE` is the stored name: unlike class and module names, it must never change. `VERSION` is the schema version
    written today; older ones are upcast (`upcast.py`). A new optional field with a default needs no new version;
    any other change does.
    """

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    STREAM: ClassVar[str] = ""
    """Template of the stream's name: `album-{self.album_id}`, or `job-{job}` if the event doesn't hold the job."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "TYPE" in cls.__dict__:
            if cls.TYPE in EVENTS:
                raise TypeError(f"Two events are called {cls.TYPE}.")
            EVENTS[cls.TYPE] = cls

    def stream(self, job: str = "") -> str:
        """The name of its stream. `job`: the command or scan that it belongs to."""
        return self.STREAM.format(self=self, job=job)
