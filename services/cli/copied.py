"""Data folders of readers, which hold a copy of another library and nothing of their own. Each is marked, before
anything is copied into it."""

import msgspec

from services.cli.errors import Unusable
from services.gateway.access import private
from services.kernel.settings import Settings


class _Mark(msgspec.Struct):
    origin: str
    """The address of the library."""


def is_copy(settings: Settings) -> bool:
    return (settings.data / "copy.json").exists()


def claim(settings: Settings, origin: str | None) -> None:
    """Mark the folder as a copy of the library at this address; None: as none. While nobody else has it. Raises
    Unusable if it is the other kind already, having changed nothing."""
    mark = settings.data / "copy.json"
    if origin is None:
        own_library(settings)
    elif not mark.exists() and (settings.events_db.exists() or settings.views.exists()):
        raise Unusable(
            f"{settings.data} holds a library of its own, so no other can be copied to it. "
            "Choose another folder with --data."
        )
    else:
        try:
            private.write(mark, msgspec.json.encode(_Mark(origin)))
        except OSError as error:
            raise Unusable(f"{mark} can't be written ({error.strerror}).") from error


def own_library(settings: Settings) -> None:
    """Raises Unusable for the folder of a reader."""
    if not is_copy(settings):
        return
    try:
        origin = msgspec.json.decode((settings.data / "copy.json").read_bytes(), type=_Mark).origin
    except (OSError, ValueError):
        origin = "…"
    raise Unusable(
        f"{settings.data} holds a copy of the library at {origin}, which albumen reader --from {origin} goes on "
        "with. Choose another folder with --data."
    )
