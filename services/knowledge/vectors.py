"""Vectors of a words model, in which pictures and sentences that belong together point the same way, compact enough for
the log: at most 288 bytes, for 512 numbers as for 768.

Each vector is divided by a step, rounded and clipped, and its levels are written with as many bits as fit (4 for up to
576 numbers, 3 for 768). The step is the best one for numbers in normal distribution (J. Max, Quantizing for minimum
distortion, 1960) times their deviation, of which the median of their sizes is the measure: such models give a few very
large numbers to all pictures alike, which must not make the others coarser. Those that were clipped most follow with
their place and their level, as far as there is room. Only a vector's direction matters, so the step is not stored.

The text is base 64 of the number of dimensions (two bytes, the higher first), the levels, and those that were clipped.
"""

import binascii
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

CODE_BYTES: Final = 288
"""Most bytes for the levels of one vector, with those that were clipped."""
FEWEST_DIMENSIONS: Final = 2
MOST_DIMENSIONS: Final = 1152
"""Dimensions."""
_STEPS: Final = {2: 1.22, 3: 0.65, 4: 0.354, 5: 0.193, 6: 0.1055}
"""Bits -> the step for one bit pattern less than they have, in standard deviations."""
_HEAD: Final = 2
_CLIPPED: Final = 3
"""Bytes: the place in the vector (two, the higher first) and the level (signed)."""
_HIGHEST: Final = 127
"""Of such a level."""
_MEDIAN: Final = 0.6745
"""Of the sizes of numbers in normal distribution, in standard deviations."""


class BrokenVector(ValueError):
    """A text that `encoded_vectors` never produces, or vectors of different lengths."""


def bits(count: int) -> int:
    """Bits of each level of a vector with so many dimensions. Raises ValueError if there is no code for them."""
    if not FEWEST_DIMENSIONS <= count <= MOST_DIMENSIONS:
        raise ValueError(f"Vectors have {FEWEST_DIMENSIONS} to {MOST_DIMENSIONS} dimensions, not {count}.")
    return min(max(_STEPS), CODE_BYTES * 8 // count)


def encoded_vectors(vectors: Array) -> list[str]:
    """float [n, dimensions], finite -> n texts. A vector of zeros stays one. Raises ValueError as `bits`."""
    width = bits(vectors.shape[1])
    highest = 2 ** (width - 1) - 1
    sizes = np.abs(vectors.astype(np.float64))
    deviation = np.median(sizes, axis=1, keepdims=True) / _MEDIAN
    spread = np.where(deviation > 0, deviation, np.sqrt(np.mean(sizes**2, axis=1, keepdims=True)))
    step = np.where(spread > 0, spread, 1.0) * _STEPS[width]
    levels = np.clip(np.rint(vectors / step), -_HIGHEST, _HIGHEST).astype(np.int16)
    kept = np.clip(levels, -highest, highest)
    digits = ((kept + highest)[:, :, np.newaxis] >> np.arange(width - 1, -1, -1)) & 1
    packed = np.packbits(digits.reshape(len(vectors), -1).astype(np.uint8), axis=1)
    head = vectors.shape[1].to_bytes(_HEAD, "big")
    room = (CODE_BYTES - packed.shape[1]) // _CLIPPED
    rows = zip(packed, levels, np.abs(levels - kept), strict=True)
    codes = [head + row.tobytes() + _clipped(exact, lost, room) for row, exact, lost in rows]
    return [binascii.b2a_base64(code, newline=False).decode("ascii") for code in codes]


def _clipped(levels: Array, lost: Array, room: int) -> bytes:
    """Of one vector: the levels that lost most, at most so many."""
    places = np.argsort(-lost, kind="stable")[:room]
    places = np.sort(places[lost[places] > 0])
    pairs = zip(places.tolist(), levels[places].tolist(), strict=True)
    return b"".join(place.to_bytes(2, "big") + (level % 256).to_bytes(1, "big") for place, level in pairs)


def vector_levels(texts: Sequence[str]) -> Array:
    """int8 [n, dimensions]: the levels, not normalised. Raises BrokenVector."""
    try:
        rows = [binascii.a2b_base64(text, strict_mode=True) for text in texts]
        count = int.from_bytes(rows[0][:_HEAD], "big") if rows else FEWEST_DIMENSIONS
        width = bits(count)
    except ValueError as error:
        raise BrokenVector(f"A vector can't be read ({error}).") from error
    size = _HEAD - (-count * width // 8)
    if any(row[:_HEAD] != rows[0][:_HEAD] or len(row) < size or (len(row) - size) % _CLIPPED for row in rows):
        raise BrokenVector(f"A vector is not one of {count} dimensions.")
    packed = np.frombuffer(b"".join(row[_HEAD:size] for row in rows), np.uint8).reshape(
        len(rows), size - _HEAD
    )
    levels = _unpacked(packed, count, width)
    levels -= 2 ** (width - 1) - 1
    clipped = np.frombuffer(b"".join(row[size:] for row in rows), np.uint8).reshape(-1, _CLIPPED)
    places = clipped[:, 0].astype(np.int64) * 256 + clipped[:, 1]
    if (places >= count).any():
        raise BrokenVector(f"A vector is not one of {count} dimensions.")
    owners = np.repeat(np.arange(len(rows)), [(len(row) - size) // _CLIPPED for row in rows])
    levels[owners, places] = clipped[:, 2].view(np.int8)
    return levels


def _unpacked(packed: Array, count: int, width: int) -> Array:
    """uint8 [n, bytes] -> int8 [n, count], the bits of each level as a number."""
    if width == 4:  # of most models: five times as fast
        pairs = np.stack([packed >> 4, packed & 15], axis=2).reshape(len(packed), -1)
        return pairs[:, :count].astype(np.int8)
    digits = np.unpackbits(packed, axis=1, count=count * width).reshape(len(packed), count, width)
    levels: Array = np.zeros((len(packed), count), np.uint8)
    for place in range(width):
        levels = levels << 1 | digits[:, :, place]
    return levels.astype(np.int8)


def readable_levels(rows: Sequence[tuple[str, str]], count: int) -> tuple[list[str], Array]:
    """Those of (id, text) that are vectors of so many dimensions: their ids, and int8 [n, count]. A former model may
    have had the same name."""
    try:
        levels = vector_levels([text for _, text in rows])
        if levels.shape[1] == count:
            return [one for one, _ in rows], levels
    except BrokenVector:
        pass
    good = [(one, text) for one, text in rows if dimensions(text) == count]
    if not good:
        return [], np.zeros((0, count), np.int8)
    return [one for one, _ in good], vector_levels([text for _, text in good])


def dimensions(text: str) -> int:
    """Of the vector; 0 if it can't be decoded."""
    try:
        return int(vector_levels([text]).shape[1])
    except BrokenVector:
        return 0
