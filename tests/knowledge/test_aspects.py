"""Tiles and the outline of their list agree on every shape."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.aspects import HUNDREDTHS, NARROWEST, STEP, WIDEST, hundredths

SIDES = st.integers(1, 100_000)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1))
def test_sql_and_python_come_to_the_same(sizes: list[tuple[int, int]]) -> None:
    db = sqlite3.connect(":memory:")
    try:
        for width, height in sizes:
            query = f"SELECT {HUNDREDTHS} FROM (SELECT ? AS width, ? AS height)"
            assert db.execute(query, (width, height)).fetchone()[0] == hundredths(width, height)
    finally:
        db.close()


@given(SIDES, SIDES)
def test_the_nearest_class(width: int, height: int) -> None:
    found = hundredths(width, height)
    assert found in range(NARROWEST, WIDEST + 1, STEP)
    bounded = max(NARROWEST, min(WIDEST, 100 * width / height))
    assert abs(found - bounded) <= STEP / 2 + 1e-9


@pytest.mark.parametrize(
    ("size", "found"), [((4000, 3000), 134), ((3000, 4000), 76), ((100, 100), 100), ((9, 1), 300)]
)
def test_shapes(size: tuple[int, int], found: int) -> None:
    assert hundredths(*size) == found
