"""Near-duplicate photos, found by perceptual hash. Pure: reads no file or table. Pages of text, whose hashes show only
their layout, are compared by whoever calls it.

Every photo in a group is similar to the group's best photo, so a series in which each photo merely resembles the next
(a sunset) never becomes one group with dissimilar ends.

Similar hashes are found by multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index
Hashing", CVPR 2012): split into four 16-bit chunks, two hashes at most 8 bits apart differ by at most 1 bit in one of
the first three chunks or by at most 2 bits in the last. Only each group's best photo is indexed, so a thousand copies
of one photo cost a thousand lookups.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import combinations, islice
from typing import Final

import msgspec

ALIKE: Final = 8
"""Bits. Among 106,000 pairs of different photos, none is closer than 12. All resized copies, 99.6 % of copies saved at
the lowest quality and 96 % of copies cropped by 2 % at each edge are this close."""
ALIKE_IN_BURST: Final = 18
"""Bits. One in a thousand pairs of different photos is this close, but hardly any taken within two seconds."""
BURST_MS: Final = 2000
SHAPES: Final = 0.08
"""Maximum difference of the logarithms of the aspect ratios: one edge cropped by 8 %. A second check that rejects three
of four pairs of different photos."""
CROWDED: Final = 1024
"""Maximum hashes per index bucket; later ones are not added to it. This keeps crowded buckets (pages of text, crafted
hashes) from costing quadratic time, and copies up to 5 bits apart are still found through other buckets."""
COMPARED: Final = 8
"""Maximum number of similar hashes whose photos are compared more closely, nearest first: that limits the cost of a
thousand pages with one layout."""
_MASK: Final = 0xFFFF
_ONE: Final = (0, *(1 << bit for bit in range(16)))
_TWO: Final = (*_ONE, *(1 << one | 1 << two for one, two in combinations(range(16), 2)))
_CHUNKS: Final = ((48, _ONE), (32, _ONE), (16, _ONE), (0, _TWO))
"""Each chunk's shift, and the bit flips tried to find neighbours. 1 + 1 + 1 + 2 + (4 - 1) = ALIKE."""


Unlike = Callable[[str, str], bool]
Apart = Callable[["Item", Sequence["Item"]], bool]


class Item(msgspec.Struct, frozen=True, array_like=True, gc=False):
    image_id: str
    phash: int
    """64 bits, signed or unsigned."""
    taken_ms: int
    camera: str | None
    width: int
    height: int
    size: int
    """Bytes."""
    has_exif: bool
    """Whether the file still has its EXIF data."""


def _together(item: Item, others: Sequence[Item]) -> bool:
    return False


def worth(item: Item) -> tuple[int, bool, int, int, str]:
    """Sort key, best to keep first: most pixels, has EXIF, most bytes, earliest."""
    return -item.width * item.height, not item.has_exif, -item.size, item.taken_ms, item.image_id


def groups(items: Iterable[Item], unlike: Unlike | None = None) -> list[list[Item]]:
    """Groups of two or more, newest group first; in each, the best first. No photo is in two groups. `unlike`: whether
    two images with similar hashes differ nevertheless, by their ids."""
    return AlikeSearch(items, unlike).groups()


class AlikeSearch:
    """Finds the groups among all photos once, and from then on those that are left when some photos are hidden."""

    def __init__(self, items: Iterable[Item], unlike: Unlike | None = None) -> None:
        """`unlike`: as in `groups`."""
        self._unlike = unlike
        self._best = _Index(unlike)
        of_best: dict[str, list[Item]] = {}
        for item in sorted(items, key=worth):
            best = self._best.nearest(item)
            if best is None:
                self._best.add(item)
                of_best[item.image_id] = [item]
            else:
                of_best[best.image_id].append(item)
        self._several = [group for group in of_best.values() if len(group) > 1]

    def groups(self, hidden: Set[str] = frozenset(), apart: Apart = _together) -> list[list[Item]]:
        """As `groups`. `hidden`: ids of photos to leave out. `apart`: whether a person says that a photo is no
        duplicate of one of these. Only such photos, and the others of a group whose best photo is hidden, may come to
        other groups: each to the most similar best one that is left, else they form groups of their own. So groups stay
        as they are while a person works on one, and nobody waits for another search."""
        of_best: dict[str, list[Item]] = {}
        orphans: list[Item] = []
        for group in self._several:
            visible = [item for item in group if item.image_id not in hidden]
            if group[0].image_id in hidden:
                orphans += visible
                continue
            members = of_best[group[0].image_id] = list[Item]()
            for item in visible:
                (orphans if apart(item, members) else members).append(item)
        other = _Index(self._unlike)
        for item in sorted(orphans, key=worth):

            def barred(one: Item, item: Item = item) -> bool:
                return one.image_id in hidden or apart(item, of_best.get(one.image_id, [one]))

            near = [one for index in (self._best, other) if (one := index.nearest(item, barred))]
            best = min(near, key=lambda one: distance(one, item), default=item)
            of_best.setdefault(best.image_id, [best])
            if best is item:
                other.add(item)
            else:
                of_best[best.image_id].append(item)
        return _newest_first(group for group in of_best.values() if len(group) > 1)


def bursts(items: Iterable[Item]) -> list[list[Item]]:
    """Series from one camera, newest first; each photo was taken at most two seconds after a similar one before it."""
    in_order = sorted(
        (item for item in items if item.camera), key=lambda item: (item.camera, item.taken_ms, item.image_id)
    )
    return _newest_first(burst for burst in _runs(in_order) if len(burst) > 1)


def _runs(items: Iterable[Item]) -> Iterator[list[Item]]:
    run: list[Item] = []
    for item in items:
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
    """Hamming distance of the hashes."""
    return (_bits(one) ^ _bits(other)).bit_count()


def shapes_agree(one: Item, other: Item) -> bool:
    return shape_distance(one.width, one.height, other.width, other.height) <= SHAPES


def shape_distance(width: int, height: int, other_width: int, other_height: int) -> float:
    """Difference of the logarithms of two aspect ratios, in pixels."""
    return abs(math.log(width * other_height / (height * other_width)))


def _bits(item: Item) -> int:
    return item.phash & 0xFFFF_FFFF_FFFF_FFFF


def _newest_first(lists: Iterable[list[Item]]) -> list[list[Item]]:
    return sorted(lists, key=lambda group: (-group[0].taken_ms, group[0].image_id))


class _Index:
    def __init__(self, unlike: Unlike | None) -> None:
        self._unlike = unlike
        self._places: list[list[tuple[int, ...]]] = [[()] * (_MASK + 1) for _ in _CHUNKS]
        """For each chunk: its value -> the hashes that have it, as tuples, which take less memory than lists."""
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

    def nearest(self, item: Item, barred: Callable[[Item], bool] | None = None) -> Item | None:
        """The similar photo with the smallest distance that is not barred; among equals, the first added."""
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
        near = sorted(dict.fromkeys(near), key=lambda other: (bits ^ other).bit_count())
        similar = (
            one
            for other in near
            for one in self._items[other]
            if shapes_agree(item, one) and not (barred and barred(one))
        )
        if self._unlike is None:
            return next(similar, None)
        closest = islice(similar, COMPARED)
        return next((one for one in closest if not self._unlike(one.image_id, item.image_id)), None)
