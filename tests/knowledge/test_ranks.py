"""Ranks: however photos are moved, there is always room, order, and no duplicate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge import ranks

MOVES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=60)


@given(MOVES)
def test_there_is_room_between_any_two(moves: list[tuple[int, int]]) -> None:
    """Including at the start, at the end and repeatedly in the same place."""
    position = 9
    order = [ranks.added(position, place) for place in range(3)]
    for where, count in moves:
        place = min(where, len(order))
        low = order[place - 1] if place else ""
        high = order[place] if place < len(order) else ranks.end(position)
        order[place:place] = ranks.between(low, high, count, position)
        position += 2
        assert order == sorted(set(order))


def test_what_is_added_later_stands_behind_what_was_moved_to_the_end() -> None:
    order = [ranks.added(5, 0), ranks.added(5, 1)]
    moved = ranks.between(order[-1], ranks.end(5), 1, 5)
    assert [*order, *moved, ranks.added(7, 0)] == sorted([*order, *moved, ranks.added(7, 0)])


@pytest.mark.parametrize("place", [0, 1])
def test_moving_to_one_place_again_and_again_makes_no_endless_words(place: int) -> None:
    order = [ranks.added(5, 0), ranks.added(5, 1)]
    for position in range(6, 506, 2):
        low = order[place - 1] if place else ""
        order.insert(place, ranks.between(low, order[place], 1, position)[0])
    assert max(map(len, order)) < 120
