"""Which photos are almost the same, by their perceptual hashes; nothing here reads a file or a table.

A group is held together by its best photo: each of the others is alike to that one. So a row of photos of which
each resembles the next (a sunset) never becomes one group whose ends are unlike.

Alike hashes are found by multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index
Hashing", CVPR 2012): of four chunks of 16 bits, two hashes that differ in at most 8 bits differ in at most 1 bit of
one of the first three, or in at most 2 of the last. Only the best photos of groups are in the index, so a thousand
copies of one picture cost a thousand look-ups.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

import msgspec

ALIKE: Final = 8
"""Bits. Among 106,000 pairs of unlike photos none is nearer than 12; of copies, all that were resized, 99.6 % of those
saved at the lowest quality and 96 % of those that lost 2 % at each edge are this near."""
ALIKE_IN_BURST: Final = 18
"""Bits. One pair of unlike photos in a thousand is this near, but hardly one that a camera took within two seconds."""
BURST_MS: Final = 2000
SHAPES: Final = 0.08
"""How far the logarithms of width : height may lie apart: one edge cropped by 8 %. It is a second witness: three
unlike pairs of four do not pass it."""
CROWDED: Final = 1024
"""Photos in one place of the index; later ones are not entered there. Whatever fills one place (pages of text, made-up
hashes) then costs no square of its number, and copies that differ in up to 5 bits are found in the other places."""
_MASK: Final = 0xFFFF
_ONE: Final = (0, *(1 << bit for bit in range(16)))
_TWO: Final = (*_ONE, *(1 << one | 1 << two for one, two in combinations(range(16), 2)))
_CHUNKS: Final = ((48, _ONE), (32, _ONE), (16, _ONE), (0, _TWO))
"""Where each chunk begins, and what its bits are changed by to look for near ones. 1 + 1 + 1 + 2 + (4 - 1) = ALIKE."""


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False):
    image_id: str
    phash: int
    """64 bits, with a sign or without."""
    taken_ms: int
    camera: str | None
    width: int
    height: int
    size: int
    """Bytes."""
    has_exif: bool
    """Whether what the camera wrote is still in the file."""


def worth(item: Item) -> tuple[int, bool, int, int, str]:
    """Sorts what should be kept to the front: most pixels, what the camera wrote, most bytes, earliest."""
    return -item.width * item.height, not item.has_exif, -item.size, item.taken_ms, item.image_id


def groups(items: Iterable[Item]) -> list[list[Item]]:
    """Of two photos or more, the one to keep first; the newest groups first. A photo is in one group at most."""
    index = _Index()
    led: dict[str, list[Item]] = {}
    for item in sorted(items, key=worth):
        best = index.nearest(item)
        if best is None:
            index.add(item)
            led[item.image_id] = [item]
        else:
            led[best.image_id].append(item)
    return _newest_first(group for group in led.values() if len(group) > 1)


def bursts(items: Iterable[Item]) -> list[list[Item]]:
    """Photos that one camera took at most two seconds after one another, each alike to the one before, in that order;
    the newest bursts first."""
    taken = sorted(
        (item for item in items if item.camera), key=lambda item: (item.camera, item.taken_ms, item.image_id)
    )
    return _newest_first(burst for burst in _runs(taken) if len(burst) > 1)


def _runs(taken: Sequence[Item]) -> Iterator[list[Item]]:
    run: list[Item] = []
    for item in taken:
        if run and not _follows(run[-1], item):
            yield run
            run = []
        run.append(item)
    yield run


def _follows(before: Item, item: Item) -> bool:
    return (
        before.camera == item.camera
        and item.taken_ms - before.taken_ms <= BURST_MS
        and distance(before, item) <= ALIKE_IN_BURST
        and shapes_agree(before, item)
    )


def distance(one: Item, other: Item) -> int:
    """Bits in which the hashes differ."""
    return (_bits(one) ^ _bits(other)).bit_count()


def shapes_agree(one: Item, other: Item) -> bool:
    return abs(math.log(one.width * other.height / (one.height * other.width))) <= SHAPES


def _bits(item: Item) -> int:
    return item.phash & 0xFFFF_FFFF_FFFF_FFFF


def _newest_first(found: Iterable[list[Item]]) -> list[list[Item]]:
    return sorted(found, key=lambda group: (-group[0].taken_ms, group[0].image_id))


class _Index:
    def __init__(self) -> None:
        self._places: list[list[tuple[int, ...]]] = [[()] * (_MASK + 1) for _ in _CHUNKS]
        """For each chunk, by its value: the hashes that have it. Tuples lie closer together in memory than lists."""
        self._items: dict[int, list[Item]] = {}

    def add(self, item: Item) -> None:
        bits = _bits(item)
        if bits in self._items:
            self._items[bits].append(item)
            return
        self._items[bits] = [item]
        for (start, _), places in zip(_CHUNKS, self._places, strict=True):
            chunk = bits >> start & _MASK
            if len(places[chunk]) < CROWDED:
                places[chunk] += (bits,)

    def nearest(self, item: Item) -> Item | None:
        """The alike one that differs in the fewest bits; among equals the one that was added first."""
        bits = _bits(item)
        near: list[int] = []
        for (start, changes), places in zip(_CHUNKS, self._places, strict=True):
            chunk = bits >> start & _MASK
            near += [
                other
                for change in changes
                for other in places[chunk ^ change]
                if (bits ^ other).bit_count() <= ALIKE
            ]
        for other in sorted(near, key=lambda other: (bits ^ other).bit_count()):
            for candidate in self._items[other]:
                if shapes_agree(item, candidate):
                    return candidate
        return None
