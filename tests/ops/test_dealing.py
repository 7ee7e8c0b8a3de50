"""In which order several workers run the tests."""

import pytest

from tests.support.dealing import KINDS, dealt


class Item:
    """A test with at most one of the markers."""

    def __init__(self, number: int) -> None:
        self.number, self.kind = number, (*KINDS, None, None)[number % 5]

    def get_closest_marker(self, name: str) -> str | None:
        return self.kind if name == self.kind else None


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 50])
@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_every_test_is_dealt_once(workers: int, count: int) -> None:
    items = [Item(number) for number in range(count)]
    assert sorted(dealt(items, workers), key=lambda item: item.number) == items


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_what_needs_the_same_is_at_the_start_of_one_share(workers: int) -> None:
    """In the order that it had; a share is what xdist gives a worker first."""
    items = [Item(number) for number in range(101)]
    left = dealt(items, workers)
    shares = []
    for rest in range(workers, 0, -1):
        size = len(left) // rest
        shares.append(left[:size])
        left = left[size:]
    for number, kind in enumerate(KINDS):
        share = [item for item in shares[number % workers] if item.kind in (kind, None)]
        same = [item for item in items if item.kind == kind]
        assert share[: len(same)] == same
    for share in shares:
        assert share[-1].kind is None
