"""Previews that scanners bring by HTTP. Who sends one is let in (`access`), but what it sends is not believed: browsers
and classifiers will open it."""

from pathlib import Path
from typing import Final

from services.gateway.containers.jpeg import segments
from services.kernel import previews
from services.kernel.previews import PREVIEW_SIDE

LARGEST_PREVIEW: Final = 1 << 20
"""Bytes: noise in full colour is half as much."""
_FRAMES: Final = (0xC0, 0xC1, 0xC2)
"""Markers of a frame's header: baseline, extended and progressive (ITU T.81, table B.1)."""
_BITS: Final = 8


def keep(folder: Path, image_id: str, content: bytes) -> bool:
    """Whether it is this image's preview, and then there. One that was there before stays. Raises OSError."""
    if not is_preview(content, image_id):
        return False
    if previews.load(folder, image_id) is None:
        previews.store(folder, image_id, content)
    return True


def is_preview(content: bytes, image_id: str) -> bool:
    """Marked as this image's, complete, and no larger in bytes and pixels than previews are."""
    is_marked = previews.unmarked(content) != content
    return (
        len(content) <= LARGEST_PREVIEW
        and is_marked
        and previews.is_whole(content, image_id)
        and 0 < _long_side(content) <= PREVIEW_SIDE
    )


def _long_side(jpeg: bytes) -> int:
    """Pixels, by the header of its only frame; 0 if it has none that decoders of previews open."""
    frames = [one for one in segments(jpeg) if one.marker in _FRAMES]
    if len(frames) != 1:
        return 0
    bits, height, width = (
        jpeg[frames[0].start],
        *(int.from_bytes(jpeg[at : at + 2]) for at in (frames[0].start + 1, frames[0].start + 3)),
    )
    return max(height, width) if bits == _BITS and height and width else 0
