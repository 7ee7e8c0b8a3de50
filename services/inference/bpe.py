"""A sentence -> the numbers of its tokens, as CLIP's text tower expects them.

Byte pair encoding (openai/CLIP, `clip/simple_tokenizer.py`): each word is taken apart into the characters that stand
for its bytes, of which neighbours are merged in the order in which the file of merges has the pairs. So any text in any
script has tokens; what they mean to a model depends on what it was trained on.
"""

import gzip
import html
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

import numpy as np

from services.inference.installed import ModelRefused
from services.inference.verdict import Array

MERGES: Final = 49152 - 256 - 2
"""Merges that CLIP uses; its original file has more."""
_LARGEST: Final = 16 << 20
"""Bytes of the file; CLIP's has three million."""
_LONGEST: Final = 2000
"""Characters of a sentence that are looked at; no model's context holds as many."""
_END: Final = "</w>"
_PIECE: Final = re.compile(r"'(?:s|t|re|ve|m|ll|d)|[^\W_]+|(?:[^\s\w]|_)+")
_CONTRACTIONS: Final = frozenset({"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})

Pair = tuple[str, str]


def _bytes() -> dict[int, str]:
    """Byte -> the character that stands for it: itself where it can be printed, else one from U+0100 on."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [one for one in range(256) if one not in plain]
    return {one: chr(one) for one in plain} | {one: chr(256 + n) for n, one in enumerate(others)}


_CHARACTERS: Final = _bytes()


class Tokenizer:
    """`encode` is thread-safe."""

    def __init__(self, merges: list[Pair]) -> None:
        """In their order."""
        characters = list(_CHARACTERS.values())
        tokens = [
            *characters,
            *(one + _END for one in characters),
            *(first + second for first, second in merges),
        ]
        self._numbers = {token: number for number, token in enumerate(tokens)}
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.start, self.end = len(tokens), len(tokens) + 1
        """The numbers of the tokens before and behind each sentence; `end` is the highest."""
        self._word = lru_cache(4096)(self._taken_apart)

    def encode(self, sentence: str, context: int, padding: int = 0) -> Array:
        """int32 [context]. What doesn't fit in is left out at its end."""
        numbers = [self.start]
        for piece in _pieces(sentence):
            if len(numbers) >= context:
                break
            numbers += self._word(piece)
        numbers = [*numbers[: context - 1], self.end]
        return np.array(numbers + [padding] * (context - len(numbers)), np.int32)

    def length(self, sentence: str) -> int:
        """Tokens of the whole sentence, those before and behind it included."""
        return 2 + sum(len(self._word(piece)) for piece in _pieces(sentence))

    def _taken_apart(self, piece: str) -> tuple[int, ...]:
        parts = [_CHARACTERS[byte] for byte in piece.encode("utf-8", "replace")]
        parts[-1] += _END
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            parts = list(_merged(parts, best))
        return tuple(self._numbers[part] for part in parts)


def _merged(parts: list[str], pair: Pair) -> Iterator[str]:
    place = 0
    while place < len(parts):
        if tuple(parts[place : place + 2]) == pair:
            yield "".join(pair)
            place += 2
        else:
            yield parts[place]
            place += 1


def _pieces(sentence: str) -> Iterator[str]:
    """Words, single numerals, and runs of anything else but blanks; in small letters, with HTML's entities resolved."""
    text = html.unescape(html.unescape(sentence[:_LONGEST])).lower()
    for piece in _PIECE.findall(text):
        if piece in _CONTRACTIONS or not piece[0].isalnum():
            yield piece
            continue
        for is_word, run in groupby(piece, str.isalpha):
            characters = "".join(run)
            yield from [characters] if is_word else characters


def read(path: Path) -> Tokenizer:
    """From a file of merges, one pair a line, perhaps gzipped, perhaps with a first line that says its version. Raises
    ModelRefused."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        lines = content.decode("utf-8").splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ModelRefused(f"Its file of merges, {path.name}, can't be read ({error}).") from error
    if len(content) > _LARGEST:
        raise ModelRefused(f"Its file of merges, {path.name}, has more than {_LARGEST:,} bytes.")
    if lines and "#version" in lines[0]:
        del lines[0]
    pairs = [tuple(line.split()) for line in lines[:MERGES]]
    merges = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]
    if len(merges) < len(pairs) or not merges:
        raise ModelRefused(
            f"Its file of merges, {path.name}, is not in CLIP’s format: one pair of tokens a line."
        )
    return Tokenizer(merges)
