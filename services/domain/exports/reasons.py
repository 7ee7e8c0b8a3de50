"""Why something was not exported, as English sentences: the log keeps them, and pages translate them."""

from typing import Final

from services.knowledge.sidecars import N_

NOT_ABSOLUTE: Final = N_("Give the full path of the folder, from the root of the disk.")
UNWRITABLE_FOLDER: Final = N_("%(folder)s can’t be written (%(why)s).")
INSIDE: Final = N_("%(folder)s is inside %(root)s, which is only read. Choose another folder for the export.")
CONTAINS: Final = N_(
    "%(folder)s contains your photo folder %(root)s. Choose a separate folder for the export."
)
NO_FOLDER: Final = N_("There is no folder %(folder)s. Is its disk connected?")
A_FILE: Final = N_("%(folder)s is a file: give a folder for the export.")
FOREIGN_LIST: Final = N_("There is a file called %(name)s that Albumen did not write: it stays as it is.")
FULL: Final = N_("The disk is full: make room there and export again.")
GONE: Final = N_("The folder can’t be written any more (%(why)s).")
UNEXPECTED: Final = N_("Albumen failed at it (%(why)s): this is a fault of the program.")
FOREIGN: Final = N_(
    "There is an XMP file of another program, or one that was changed since: it stays as it is."
)
OUTSIDE: Final = N_("A link leads out of the folder: nothing is written there.")
UNWRITABLE: Final = N_("Its file can’t be written (%(why)s).")
TOO_LONG: Final = N_("Its name is too long for a file with four letters more.")
EXPORTED: Final = N_("%(written)s files written, %(unchanged)s were up to date")

REASONS: Final = tuple(
    text for name, text in [*globals().items()] if name.isupper() and isinstance(text, str)
)
