"""Messages between the gateway and the process that lists its photo folders."""

from typing import Final

import msgspec

from services.gateway.listing.found import ArchiveRead, Found, LeftOut, Passed, Problem, Unused

IN_A_PART: Final = 500
"""Pictures in one message, so that the gateway never has much to do at a time, however large a folder is."""


class Listing(msgspec.Struct, frozen=True, array_like=True):
    """From the gateway: a root to list. Names as the operating system has them."""

    root: bytes
    elsewhere: list[bytes]
    """Other roots (`walk`)."""
    unclear: list[str]
    """Paths in the library of files whose names say nothing (`walk`)."""
    previews: bytes = b""
    """The folder of previews, beside which the shelf of archives stands."""
    unread: list[Found] = []
    """Archives that an earlier scan could not read, as they were."""


class Pictures(msgspec.Struct, frozen=True, tag="pictures"):
    """Of one folder, ordered by name; of a large folder, one part after the other."""

    folder: str
    """Relative to the root; empty for the root itself."""
    pictures: list[Found]
    sidecars: dict[str, list[Found]] = {}
    """Of each of these pictures that has some, by its name."""
    albums: list[Found] = []
    """Files that may say something of the folder as an album; with the last part."""
    last: bool = True


Listed = Pictures | Problem | LeftOut | Passed | Unused | ArchiveRead
"""To the gateway, in lists; an empty list is the end."""
