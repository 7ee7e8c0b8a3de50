"""A film's copy is sent while it is written, to its last byte."""

import asyncio
from pathlib import Path

from services.gateway.media.growing_film import GrowingFilm, growing


async def test_what_is_written_later_follows(tmp_path: Path) -> None:
    """Also what is written just before its end, and when the file gets its final name."""
    part = tmp_path / "part"
    part.write_bytes(b"begun ")
    end = asyncio.Event()
    making: asyncio.Task[object] = asyncio.create_task(end.wait())
    film = GrowingFilm(part.open("rb"), making, "video/mp4")
    sent = []
    async for content in growing(film):
        sent.append(content)
        if len(sent) == 1:
            with part.open("ab") as file:
                file.write(b"goes on ")
        elif len(sent) == 2:
            with part.open("ab") as file:
                file.write(b"ends")
            part.rename(tmp_path / "whole")
            end.set()
    assert b"".join(sent) == b"begun goes on ends"
    assert film.file.closed


async def test_one_that_cannot_be_made_ends_where_it_is(tmp_path: Path) -> None:
    async def fails() -> None:
        raise OSError("the disk is full")

    part = tmp_path / "part"
    part.write_bytes(b"begun")
    film = GrowingFilm(part.open("rb"), asyncio.create_task(fails()), "video/mp4")
    assert [content async for content in growing(film)] == [b"begun"]
    assert film.file.closed


async def test_whoever_leaves_closes_it(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"begun")
    making: asyncio.Task[object] = asyncio.create_task(asyncio.Event().wait())
    film = GrowingFilm(part.open("rb"), making, "video/mp4")
    parts = growing(film)
    assert await anext(parts) == b"begun"
    await parts.aclose()
    assert film.file.closed and not making.done()
    making.cancel()
