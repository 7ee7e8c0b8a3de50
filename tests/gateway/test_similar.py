import random
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.queries.similar import (
    ALIKE,
    ALIKE_IN_BURST,
    COMPARED,
    CROWDED,
    Item,
    bursts,
    distance,
    groups,
)
from tests.support.costs import costing

FIRST = Item("0", 0, 0, "Maker Box", 400, 300, 1000, True)


def item(number: int, phash: int, **fields: object) -> Item:
    return msgspec.structs.replace(FIRST, image_id=f"{number:032x}", phash=phash, taken_ms=number, **fields)


def ids(found: list[list[Item]]) -> list[list[int]]:
    return [[int(one.image_id, 16) for one in group] for group in found]


def flipped(phash: int, *bits: int) -> int:
    for bit in bits:
        phash ^= 1 << bit
    return phash


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=12))
def test_two_are_a_group_exactly_when_few_bits_differ(phash: int, bits: set[int]) -> None:
    """Wherever the bits are: no pair within the distance falls between the chunks of the index."""
    found = groups([item(1, phash), item(2, flipped(phash, *bits))])
    assert bool(found) is (len(bits) <= ALIKE)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=8), st.data())
def test_a_group_is_held_together_by_its_best(seeds: list[int], data: st.DataObject) -> None:
    """Each member resembles the first; no first resembles another; no photo is in two groups."""
    items = []
    for number, seed in enumerate(seeds * 4):
        bits = data.draw(st.sets(st.integers(0, 63), max_size=10))
        items.append(item(number, flipped(seed, *bits), size=data.draw(st.integers(1, 9))))
    found = groups(items)
    assert all(distance(group[0], other) <= ALIKE for group in found for other in group)
    firsts = [group[0] for group in found]
    assert all(distance(a, b) > ALIKE for a in firsts for b in firsts if a is not b)
    members = [one.image_id for group in found for one in group]
    assert len(members) == len(set(members))
    alone = [one for one in items if one.image_id not in members]
    assert all(distance(a, b) > ALIKE for a in alone for b in [*alone, *firsts] if a is not b)


def test_a_chain_does_not_join_what_is_unlike() -> None:
    """A sunset, five more bits with each photo: its ends are two different pictures."""
    chain = [item(number, (1 << 5 * number) - 1) for number in range(12)]
    found = groups(chain)
    assert max(map(len, found)) <= 3
    assert all(distance(group[0], one) <= ALIKE for group in found for one in group)


@pytest.mark.parametrize(
    "better",
    [
        {"width": 800, "height": 600, "has_exif": False, "size": 10},
        {"has_exif": True, "size": 10},
        {"size": 2000},
        {"taken_ms": -5},
    ],
    ids=["pixels", "camera", "bytes", "earlier"],
)
def test_the_one_to_keep_comes_first(better: dict[str, object]) -> None:
    """Most pixels, then EXIF, then the largest file, then the earliest; each criterion outranks the next."""
    plain = item(1, 7, has_exif="has_exif" not in better)
    other = msgspec.structs.replace(plain, image_id="2", **better)
    assert groups([plain, other]) == groups([other, plain]) == [[other, plain]]


def test_another_shape_is_another_picture() -> None:
    """A hash has no aspect ratio: pictures squeezed to a square may look alike."""
    assert groups([item(1, 7), item(2, 7, width=300, height=400)]) == []
    assert groups([item(1, 7), item(2, 7, height=310)]) != []


def test_hashes_with_a_sign_are_the_same_bits() -> None:
    assert ids(groups([item(1, -1), item(2, 2**64 - 1), item(3, -2)])) == [[1, 2, 3]]


def test_a_copy_joins_the_nearest() -> None:
    one, other = 0, (1 << 12) - 1
    found = groups([item(1, one, size=9), item(2, other, size=8), item(3, (1 << 5) - 1, size=1)])
    assert ids(found) == [[1, 3]]


def test_the_newest_group_stands_first() -> None:
    found = groups([item(1, 0), item(2, 0), item(8, 2**64 - 1), item(9, 2**64 - 1)])
    assert ids(found) == [[8, 9], [1, 2]]


def test_pages_that_are_unlike_are_no_group_whatever_their_hashes_say() -> None:
    """Two copies of each of three pages with one layout."""
    pages = [item(number, 7, size=9 - number) for number in range(6)]
    found = groups(pages, lambda one, other: int(one, 16) % 3 != int(other, 16) % 3)
    assert sorted(ids(found)) == [[0, 3], [1, 4], [2, 5]]


def test_a_thousand_pages_with_one_layout_are_compared_with_a_few_each() -> None:
    """The nearest, so that a copy is still found."""
    pages = [item(number, flipped(0, number % 64), size=9) for number in range(1000)]
    copy = item(9999, flipped(0, 63), size=1)
    calls = 0

    def unlike(one: str, other: str) -> bool:
        nonlocal calls
        calls += 1
        return int(one, 16) != 63 or int(other, 16) != 9999

    assert ids(groups([*pages, copy], unlike)) == [[63, 9999]]
    assert calls <= COMPARED * (len(pages) + 1)


def test_nothing_in_nothing_out() -> None:
    assert groups([]) == bursts([]) == []


LIMIT_S = 30
"""Comparing all pairs would take many minutes; the limit tolerates a slow machine."""


def hashes(kind: str) -> list[int]:
    chance = random.Random(5)
    match kind:
        case "random":
            return [chance.getrandbits(64) for _ in range(30_000)]
        case "identical":
            return [77] * 20_000
        case "one chunk shared":
            return [chance.getrandbits(48) for _ in range(20_000)]
    return [chance.getrandbits(16) for _ in range(20_000)]


@pytest.mark.parametrize("kind", ["random", "identical", "one chunk shared", "three chunks shared"])
def test_many_are_no_square(kind: str) -> None:
    items = [item(number, phash) for number, phash in enumerate(hashes(kind))]
    with costing() as cost:
        found = groups(items)
    assert cost.seconds < LIMIT_S
    if kind == "identical":
        assert [len(group) for group in found] == [20_000]


def test_copies_are_found_though_a_place_of_the_index_is_full() -> None:
    """A thousand pages of text share a chunk; a copy of the last one is still found by another chunk."""
    chance = random.Random(6)
    pages = [item(number, chance.getrandbits(48), size=9) for number in range(CROWDED + 500)]
    copy = item(9999, flipped(pages[-1].phash, 3, 20, 21, 40, 41), size=1)
    assert [pages[-1], copy] in groups([*pages, copy])


def shots(*gaps_ms: int, camera: str | None = "Maker Box", step: int = 10) -> list[Item]:
    """Photos separated by these gaps; each differs from the one before by `step` bits."""
    items, at = [], 0
    for number, gap in enumerate((0, *gaps_ms)):
        at += gap
        phash = (1 << step * (number % 2)) - 1
        items.append(msgspec.structs.replace(item(number, phash), taken_ms=at, camera=camera))
    return items


def test_a_burst_is_what_one_camera_took_at_once() -> None:
    assert ids(bursts(shots(500, 2000, 2001, 100)[::-1])) == [[3, 4], [0, 1, 2]]


@pytest.mark.parametrize(
    "taken",
    [
        shots(2001),
        shots(100, camera=None),
        shots(100, step=ALIKE_IN_BURST + 1),
        [*shots(), *shots(100, camera="Another")[1:]],
    ],
    ids=["later", "no camera", "unlike", "two cameras"],
)
def test_no_burst(taken: list[Item]) -> None:
    assert bursts(taken) == []


@given(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(["A", "B", None]), st.integers(0, 2**20))))
def test_bursts_go_on_in_time(taken: list[tuple[int, str | None, int]]) -> None:
    items = [
        msgspec.structs.replace(item(number, phash), taken_ms=at, camera=camera)
        for number, (at, camera, phash) in enumerate(taken)
    ]
    for burst in bursts(items):
        assert len(burst) > 1
        for one, following in pairwise(burst):
            assert 0 <= following.taken_ms - one.taken_ms <= 2000
            assert one.camera == following.camera is not None
            assert distance(one, following) <= ALIKE_IN_BURST
