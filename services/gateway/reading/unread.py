"""Sentences for what a file says of itself that can't be read. The file is shown, and all the rest of it counts."""

from typing import Final

KEY: Final = "albumen_unread"
"""Of a picture's `info`: sentences by those who opened it."""

NO_XMP: Final = "The photo's own notes (XMP) could not be read: {}."
PART_OF_XMP: Final = "Part of the photo's own notes (XMP) could not be read: {}."
BROKEN: Final = "they are damaged, cut off or wrongly encoded"
NO_EXIF: Final = "What the camera wrote (EXIF) could not be read, or not all of it: it is damaged or cut off."
NO_IPTC: Final = (
    "The photo's captions and keywords (IPTC) could not be read, or not all of them: "
    "they are damaged or cut off."
)
NO_TEXTS: Final = "Some of the texts in the PNG file could not be read: they are damaged or too large."
