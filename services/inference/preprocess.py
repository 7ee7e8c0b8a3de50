"""A stored preview -> the pixels that a network expects.

As EfficientNet-Lite was evaluated: of the short side s/(s+32), from the middle, bicubic without anti-aliasing, RGB.
The network itself subtracts 127 and divides by 128. (tensorflow/tpu, `models/official/efficientnet/preprocessing.py`.)
OpenCV's bicubic has the same kernel (a = -0.75) and takes a tenth of Pillow's time.
"""

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

Array = np.ndarray[Any, np.dtype[Any]]

PREPROCESSING_ID: Final = "preview512-center-crop-bicubic-2"
"""Changes whenever the same preview gives other pixels."""
CROP_PADDING: Final = 32
cv2.setNumThreads(1)  # each lane has its own core

MOST_PIXELS: Final = 16_000_000
"""A preview has a quarter of a million."""


class PreviewUnusable(Exception):
    """The photo can't be classified; the message is the reason for the person, without the path."""


class PreviewMissing(PreviewUnusable):
    """There is no file."""


class PreviewUnreadable(PreviewUnusable):
    """There is a file, and it is damaged, no preview, or may not be read."""


def load(path: Path, side: int) -> Array:
    """uint8 [side, side, 3]. Raises PreviewMissing or PreviewUnreadable. May be called from any thread."""
    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PreviewUnreadable("The photo's preview is no preview: scan again.")
            return pixels(np.asarray(picture.convert("RGB")), side)
    except FileNotFoundError:
        raise PreviewMissing("The photo's preview is missing: scan again.") from None
    except UnidentifiedImageError as error:
        raise PreviewUnreadable("The photo's preview is damaged (it is no JPEG): scan again.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise PreviewUnreadable(f"The photo's preview can't be read ({error.strerror}).") from error
        raise PreviewUnreadable(f"The photo's preview is damaged ({error}): scan again.") from error


def pixels(picture: Array, side: int) -> Array:
    """uint8 [height, width, 3] of any size -> uint8 [side, side, 3]."""
    height, width = picture.shape[:2]
    crop = max(round(min(height, width) * share(side)), 1)
    top, left = (height - crop) // 2, (width - crop) // 2
    middle = picture[top : top + crop, left : left + crop]
    small: Array = cv2.resize(middle, (side, side), interpolation=cv2.INTER_CUBIC)
    return small


def share(side: int) -> float:
    """Of the short side, that the network sees."""
    return side / (side + CROP_PADDING)
