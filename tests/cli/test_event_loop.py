"""A process ends when it is done, whatever its libraries leave behind."""

import asyncio

import pytest

from services.cli import event_loop


async def never_ends() -> None:
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


def test_tasks_that_never_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "ENDS_S", 0.01)
    ended = []

    async def ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def main() -> int:
        kept = [asyncio.create_task(never_ends()), asyncio.create_task(ends())]
        await asyncio.sleep(0)
        return len(kept)

    assert event_loop.run(main()) == 2
    assert ended == [True], "one that ends is waited for"


def test_an_error_comes_through() -> None:
    async def main() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        event_loop.run(main())
