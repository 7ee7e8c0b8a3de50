"""Compares pages of text whose perceptual hashes are alike, by their previews. NumPy and Pillow are imported on first
use: the first page doesn't need them."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.kernel.paths import preview_path

SAME_TEXT: Final = 0.27
"""Minimum agreement of two copies of one page (`reading/texture.py`)."""
_PAIRS: Final = 100_000
_PICTURES: Final = 100_000
_TEXTURES: Final = 32
"""Answers to keep: about 100 bytes each for pairs and for pictures without text, 600 KB for a page's texture."""


class TextPages:
    def __init__(self, previews: Path) -> None:
        self._previews = previews
        self.unlike: Callable[[str, str], bool] = lru_cache(_PAIRS)(self._unlike)
        """Whether two images, by their ids, are pages of different text. False if one is no page, or has no preview."""
        self._is_page = lru_cache(_PICTURES)(lambda image_id: self._texture(image_id) is not None)
        self._texture = lru_cache(_TEXTURES)(self._read)

    def _unlike(self, one: str, other: str) -> bool:
        if not (self._is_page(one) and self._is_page(other)):
            return False
        first, second = self._texture(one), self._texture(other)
        if first is None or second is None:
            return False
        from services.gateway.reading.texture import agreement

        value = agreement(first, second)
        return value is not None and value < SAME_TEXT

    def _read(self, image_id: str) -> Any:
        """A `texture.Texture`, or None."""
        from services.gateway.reading.texture import texture

        return texture(preview_path(self._previews, image_id))
