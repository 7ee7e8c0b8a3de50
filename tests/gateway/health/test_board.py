"""What is wrong is on every page, on the jobs page, in `/readyz` and in `/metrics`, and gone once it is well."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway import lifespan
from services.gateway.access.keyring import Keyring
from services.gateway.health import watch as watch_module
from services.gateway.health.board import Health
from services.gateway.health.condition import CODES, Condition
from services.gateway.health.watch import Check, watch
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually

PAGES = (
    "/",
    "/categories",
    "/albums",
    "/search?q=x",
    "/jobs",
    "/models",
    "/duplicates",
    "/history",
    "/settings",
)
DISK = Condition(
    code="disk_full",
    problem=Sentence(
        "The disk is full: %(free)s MB are free for %(folder)s, and nothing can be saved.",
        free=3,
        folder="/<b>",
    ),
    remedy=Sentence("Free some space: Albumen then continues automatically."),
)
FOLDER = Condition(
    code="photos_away", problem=Sentence("Gone."), remedy=Sentence("Bring it back."), grave=False
)


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stack]:
    """Without checks, which would clear what the tests report."""
    monkeypatch.setattr(lifespan, "checks", lambda *_: [])
    async with stack(Settings(data=tmp_path, previews=tmp_path / "previews", workers=1)) as one:
        yield one


async def page(running: Stack, path: str, **headers: str) -> httpx.Response:
    async with running.browser() as browser:
        return await browser.get(path, headers=headers)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_says_it_without_scripts(running: Stack, path: str) -> None:
    assert 'class="health"' not in (await page(running, path)).text
    running.gateway.health.report(FOLDER)
    running.gateway.health.report(DISK)
    text = (await page(running, path)).text
    assert text.count('class="health"') == 1
    assert "The disk is full: 3 MB are free for /&lt;b&gt;" in text, "the most urgent, with markup escaped"
    assert "and 1 more" in text
    running.gateway.health.clear("disk_full")
    running.gateway.health.clear("photos_away")
    assert 'class="health"' not in (await page(running, path)).text


async def test_an_error_page_says_it_too(running: Stack) -> None:
    running.gateway.health.report(DISK)
    answer = await page(running, "/images/no-such-photo")
    assert answer.status_code == 404
    assert "The disk is full" in answer.text


async def test_strangers_are_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions name folders, so nobody is told of them who isn't signed in."""
    monkeypatch.setattr(lifespan, "checks", lambda *_: [])
    (tmp_path / "data").mkdir(mode=0o700)
    Keyring(tmp_path / "data").change(lambda keys: setattr(keys, "password", "no hash that any password has"))
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews", workers=1)
    async with stack(settings) as running, running.browser() as browser:
        running.gateway.health.report(DISK)
        for path in ("/", "/sign-in", "/albums", "/no-such-page", "/readyz", "/metrics", "/jobs/progress"):
            answer = await browser.get(path, follow_redirects=True)
            assert "disk is full" not in answer.text and "disk_full" not in answer.text, path


async def test_in_the_readers_language(running: Stack) -> None:
    running.gateway.health.report(DISK)
    german = {"Accept-Language": "de"}
    assert "Der Datenträger ist voll" in (await page(running, "/albums", **german)).text
    (condition,) = (await running.client.get("/readyz", headers=german)).json()["conditions"]
    assert condition["problem"].startswith("Der Datenträger ist voll")


async def test_the_jobs_page_lists_all(running: Stack) -> None:
    running.gateway.health.report(DISK)
    running.gateway.health.report(FOLDER)
    text = (await page(running, "/jobs")).text
    assert 'data-code="disk_full"' in text and 'data-code="photos_away"' in text


async def test_ready_is_false_while_it_is_grave(running: Stack) -> None:
    await running.caught_up()
    assert (await running.client.get("/readyz")).status_code == 200
    running.gateway.health.report(FOLDER)
    answer = await running.client.get("/readyz")
    assert (answer.status_code, [one["code"] for one in answer.json()["conditions"]]) == (
        200,
        ["photos_away"],
    )
    running.gateway.health.report(DISK)
    answer = await running.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "waiting")
    assert answer.json()["conditions"][0] == {
        "code": "disk_full",
        "grave": True,
        "problem": "The disk is full: 3 MB are free for /<b>, and nothing can be saved.",
        "remedy": "Free some space: Albumen then continues automatically.",
    }
    running.gateway.health.clear("disk_full")
    assert (await running.client.get("/readyz")).status_code == 200


async def test_a_gauge_for_each_code(running: Stack) -> None:
    async def gauges() -> dict[str, str]:
        lines = (await running.client.get("/metrics")).text.splitlines()
        named = [
            line.removeprefix('albumen_condition{code="').split('"} ')
            for line in lines
            if line.startswith("albumen_condition{")
        ]
        return dict(named)

    assert await gauges() == dict.fromkeys(CODES, "0.0")
    running.gateway.health.report(DISK)
    assert await gauges() == {**dict.fromkeys(CODES, "0.0"), "disk_full": "1.0"}
    running.gateway.health.clear("disk_full")
    assert await gauges() == dict.fromkeys(CODES, "0.0")


async def test_an_open_page_hears_of_it(running: Stack) -> None:
    """The line above all pages is sent again when it changes."""
    text = bytearray()

    async def send(message: Any) -> None:
        text.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/jobs/progress",
        "raw_path": b"/jobs/progress",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }
    silent: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    request = {"type": "http.request", "body": b"", "more_body": False}
    messages = iter([asyncio.sleep(0, request), silent])
    streaming = asyncio.create_task(running.app(scope, lambda: next(messages), send))  # type: ignore[arg-type]
    await eventually(lambda: b"<p hidden data-figures=" in text, "nothing is wrong")
    running.gateway.health.report(DISK)
    await eventually(lambda: b"The disk is full" in text, "it is said")
    text.clear()
    running.gateway.health.clear("disk_full")
    await eventually(lambda: b"<p hidden data-figures=" in text, "it is gone")
    silent.set_result({"type": "http.disconnect"})
    await streaming


def test_only_known_codes_are_reported() -> None:
    with pytest.raises(ValueError, match="not among the codes"):
        Health().report(Condition(code="no_such", problem=Sentence("A"), remedy=Sentence("B")))


async def test_checks_report_and_clear_and_one_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch_module, "EVERY_S", 0.001)
    health, wrong = Health(), [DISK]

    async def disk() -> Collection[Condition]:
        return wrong

    async def fails() -> Collection[Condition]:
        raise RuntimeError("a check of the test")

    task = asyncio.create_task(watch(health, [Check(("photos_away",), fails), Check(("disk_full",), disk)]))
    try:
        await eventually(lambda: health.conditions == [DISK] and health.grave, "it is reported")
        wrong.clear()
        await eventually(lambda: not health.conditions and not health.grave, "it is cleared")
        assert not task.done()
    finally:
        task.cancel()
