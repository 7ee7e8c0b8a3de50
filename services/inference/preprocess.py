"""A stored preview -> the pixels that a network expects.

As in EfficientNet-Lite's evaluation: centre crop of s/(s+32) of the short side, bicubic without anti-aliasing, RGB
(tensorflow/tpu, `models/official/efficientnet/preprocessing.py`). The network itself subtracts 127 and divides by 128.
OpenCV's bicubic has the same kernel (a = -0.75) and takes a tenth of Pillow's time.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from services.domain.models.events import ModelKind
from services.kernel import previews
from services.knowledge.rotations import METHODS, NONE

Array = np.ndarray[Any, np.dtype[Any]]

PREPROCESSING_ID: Final = "preview512-center-crop-bicubic-2"
"""Must change whenever the same preview would give other pixels."""
WHOLE_ID: Final = "preview512-whole-1"
"""The same for detectors …"""
MIDDLE_ID: Final = "preview512-middle-1"
"""… and for words models."""
CROP_PADDING: Final = 32
cv2.setNumThreads(1)  # each lane has its own core

MOST_PIXELS: Final = 16_000_000
"""Previews have a quarter of a million."""


class PreviewUnusable(Exception):
    """The photo can't be classified; the message is the reason shown to the user, without the path."""


class PreviewMissing(PreviewUnusable):
    """There is no file."""


class PreviewUnreadable(PreviewUnusable):
    """The file is damaged, no preview, or not readable."""


def load(path: Path, side: int, rotation: int = NONE, task: ModelKind = "classes") -> Array:
    """As `pixels`, for a detector `whole`, for a words model `middle`. `path`: named after its photo's id. `rotation`:
    what is done to the picture first (`knowledge.rotations`). Raises PreviewMissing, or PreviewUnreadable, also for a
    preview that is another photo's. Thread-safe."""
    try:
        content = path.read_bytes()
        if not previews.is_whole(content, path.stem):
            raise PreviewUnreadable("The photo's preview is damaged: scan again.")
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PreviewUnreadable("The photo's preview is no preview: scan again.")
            upright = picture.convert("RGB")
            if rotation != NONE:
                upright = upright.transpose(Image.Transpose[METHODS[rotation]])
            return _FITTED[task](np.asarray(upright), side)
    except FileNotFoundError:
        raise PreviewMissing("The photo's preview is missing: scan again.") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise PreviewUnreadable(f"The photo's preview can't be read ({error.strerror}).") from error
        raise PreviewUnreadable(f"The photo's preview is damaged ({error}): scan again.") from error


def pixels(picture: Array, side: int) -> Array:
    """uint8 [height, width, 3] of any size -> uint8 [side, side, 3]."""
    height, width = picture.shape[:2]
    crop = max(round(min(height, width) * share(side)), 1)
    y, x = (height - crop) // 2, (width - crop) // 2
    middle = picture[y : y + crop, x : x + crop]
    small: Array = cv2.resize(middle, (side, side), interpolation=cv2.INTER_CUBIC)
    return small


def whole(picture: Array, side: int) -> Array:
    """uint8 [height, width, 3] of any size -> uint8 [h, w, 3]: all of it, the longer side as long as `side`."""
    height, width = picture.shape[:2]
    longer = max(height, width)
    down, across = (max(round(one * side / longer), 1) for one in (height, width))
    method = cv2.INTER_AREA if longer > side else cv2.INTER_LINEAR
    fitted: Array = cv2.resize(picture, (across, down), interpolation=method)
    return fitted


def middle(picture: Array, side: int) -> Array:
    """uint8 [height, width, 3] of any size -> uint8 [side, side, 3]: the largest square in its middle, as CLIP's models
    are trained."""
    height, width = picture.shape[:2]
    edge = min(height, width)
    y, x = (height - edge) // 2, (width - edge) // 2
    method = cv2.INTER_AREA if edge > side else cv2.INTER_CUBIC
    square: Array = cv2.resize(picture[y : y + edge, x : x + edge], (side, side), interpolation=method)
    return square


_FITTED: Final[dict[ModelKind, Callable[[Array, int], Array]]] = {
    "classes": pixels,
    "boxes": whole,
    "words": middle,
}


def share(side: int) -> float:
    """The fraction of the short side that the network sees."""
    return side / (side + CROP_PADDING)
