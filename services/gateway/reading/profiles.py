"""Colour profiles (ICC): a picture's colours -> sRGB.

A profile is judged by what it does to colours, never by its name: "Display P3 Gamut with sRGB Transfer" is not sRGB,
and many an sRGB profile is called otherwise. Most pictures share one of few profiles, so transforms are kept.
"""

import io
from functools import lru_cache
from typing import Final

from PIL import Image, ImageCms

_SAME: Final = 2
"""Levels (0 to 255) by which a profile may change a colour and still count as sRGB: rounding, and the shortened curves
of small sRGB profiles."""
_LEVELS: Final = (0, 32, 64, 96, 128, 160, 192, 224, 255)
_MODES: Final = ("RGB", "RGBA")


def in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Unchanged if the profile is sRGB or can't be used: slightly wrong colours are better than no picture."""
    transform = _transform(profile, picture.mode)
    if transform is None:
        return picture
    try:
        return ImageCms.applyTransform(picture, transform) or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None if colours of this mode stay as they are."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGBA" if mode == "RGBA" else "RGB"
        )
        return None if mode in _MODES and _keeps_colours(transform, mode) else transform
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _keeps_colours(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    before = _cube().convert(mode)
    after = (ImageCms.applyTransform(before, transform) or before).convert("RGB").tobytes()
    return all(abs(one - other) <= _SAME for one, other in zip(_cube().tobytes(), after, strict=True))


@lru_cache(maxsize=1)
def _cube() -> Image.Image:
    """Colours from all over the RGB cube, one per pixel."""
    colours = bytes(level for r in _LEVELS for g in _LEVELS for b in _LEVELS for level in (r, g, b))
    return Image.frombytes("RGB", (len(_LEVELS), len(_LEVELS) ** 2), colours)
