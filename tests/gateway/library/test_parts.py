"""A film's copy in parts: arrives as it was written, and no larger than a copy can be."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.workers.handover import largest_copy
from services.gateway.workers.parts import SIZE, Kept, Sending
from services.gateway.workers.worker_protocol import FilmCopy, FilmSpan, Part, Task

STEPS = st.lists(
    st.one_of(
        st.binary(max_size=40).map(lambda content: ("write", content)),
        st.tuples(st.just("seek"), st.integers(0, 60)),
        st.just(("end", 0)),
    )
)


@given(STEPS)
def test_what_is_written_and_where_arrives(steps: list[tuple[str, bytes | int]]) -> None:
    wanted, arrived = io.BytesIO(), io.BytesIO()
    kept = Kept(arrived, 1000)
    kept.begin()
    sending = Sending(kept.put)
    for what, value in steps:
        for file in (wanted, sending):
            if what == "write":
                assert isinstance(value, bytes)
                file.write(value)
            else:
                assert isinstance(value, int)
                file.seek(value, io.SEEK_END if what == "end" else io.SEEK_SET)
        assert sending.tell() == wanted.tell()
    sending.flush()
    assert arrived.getvalue().ljust(100, b"\0") == wanted.getvalue().ljust(100, b"\0")


def test_large_films_are_sent_in_parts() -> None:
    parts: list[Part] = []
    sending = Sending(parts.append)
    for _ in range(50):
        sending.write(bytes(SIZE // 10))
    sending.flush()
    assert sum(len(part.content) for part in parts) == 50 * (SIZE // 10)
    assert len(parts) == 5
    assert all(len(part.content) < 2 * SIZE for part in parts)


@pytest.mark.parametrize(("position", "size"), [(-1, 1), (1 << 62, 1), (8000 - 9, 10), (0, 8001)])
def test_a_decoder_that_sends_too_much_is_not_believed(tmp_path: Path, position: int, size: int) -> None:
    with (tmp_path / "film").open("w+b") as file:
        kept = Kept(file, 8000)
        kept.put(Part(position=8000 - 10, content=bytes(10)))
        with pytest.raises(ValueError, match="larger than it may be"):
            kept.put(Part(position=position, content=bytes(size)))


def test_a_copy_that_begins_anew_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    with (tmp_path / "film").open("w+b") as file:
        kept = Kept(file, 8000)
        kept.put(Part(position=0, content=b"longer"))
        kept.begin()
        kept.put(Part(position=0, content=b"new"))
        kept.finish()
    assert (tmp_path / "film").read_bytes() == b"new"


@pytest.mark.parametrize(("what", "most"), [("film", 8000 + 1000 + SIZE), ("video", 20 * 8000 + 64 * SIZE)])
def test_a_copy_may_be_a_little_larger_than_the_film_and_one_that_is_coded_anew_much(
    what: FilmCopy, most: int
) -> None:
    assert largest_copy(Task(what, "film.mp4", 8000, 0, "")) == most
    assert largest_copy(Task(what, "photo.jpg", 90_000, 0, "", FilmSpan(82_000, 8000))) == most
