"""Pictures made in code, so that the tests need no others."""

import io
import random
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import ExifTags, Image

pillow_heif.register_heif_opener()


def picture(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A smooth pattern that depends on the seed."""
    chance = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(48)])
    return small.resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, file_format, **options)
    return content.getvalue()


def exif(taken: str | None = None, **tags: Any) -> Image.Exif:
    """EXIF with a DateTimeOriginal and any other tags, named as in ExifTags.Base."""
    made = Image.Exif()
    details: dict[int, Any] = {}
    if taken is not None:
        details[ExifTags.Base.DateTimeOriginal] = taken
    for name, value in tags.items():
        tag = ExifTags.Base[name]
        inside = name in (
            "OffsetTimeOriginal",
            "SubsecTimeOriginal",
            "DateTimeDigitized",
            "FNumber",
            "LensModel",
        )
        (details if inside else made)[tag] = value
    if details:
        made[ExifTags.IFD.Exif] = details
    return made


def write(path: Path, seed: int = 0, **options: Any) -> Path:
    """Write a JPEG to `path`; takes the options of `Image.save`, and `size`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = options.pop("size", (320, 240))
    path.write_bytes(encoded(picture(seed, size), "JPEG", quality=90, **options))
    return path
