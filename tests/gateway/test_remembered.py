"""What strangers send is forgotten: neither passwords nor rubbish stay in memory."""

import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from services.gateway.web.request_head import MOST_COOKIES, MOST_FIELDS
from services.kernel.settings import Settings
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

TIMES: Final = 6
GROWTH: Final = 1_000_000
"""Bytes; less than so many of these requests take when they are read."""
ROUNDS: Final = 3
"""What is kept grows in each; whatever else happens meanwhile does not."""
SERVICES: Final = Path(__file__).parents[2] / "services"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    own = Settings(data=tmp_path / "data", previews=tmp_path / "previews", workers=1)
    async with running_stack(own) as running:
        yield running


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """httpx logs addresses, and pytest keeps what is logged."""
    caplog.set_level("WARNING", logger="httpx")


async def grown(client: httpx.AsyncClient, request: Callable[[int], dict[str, Any]]) -> int:
    """Bytes that are held after some requests, and were not before, in the best round. `request`: by its number."""
    numbers, growth = iter(range((TIMES + 1) * ROUNDS)), list[int]()
    for _ in range(ROUNDS):
        await client.request(**request(next(numbers)))
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(TIMES):
                await client.request(**request(next(numbers)))
            gc.collect()
            growth.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    return min(growth)


def fields(number: int, size: int) -> str:
    """Each with another name, so that each takes room of its own."""
    return "&".join(f"{number}{other:x}=" for other in range(size // 8))


async def test_forms(stack: Stack) -> None:
    def request(number: int) -> dict[str, Any]:
        return {
            "method": "POST",
            "url": "/sign-in",
            "content": f"password=secret&{fields(number, 30_000)}",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        }

    assert await grown(stack.client, request) < GROWTH


async def test_queries(stack: Stack) -> None:
    def request(number: int) -> dict[str, Any]:
        return {"method": "GET", "url": f"/sign-in?{fields(number, 60_000)}"}

    assert await grown(stack.client, request) < GROWTH
    assert (await stack.client.request(**request(0))).status_code == 400
    most = "&".join(["a=1"] * MOST_FIELDS)
    assert (await stack.client.get(f"/sign-in?{most}")).status_code == 303
    assert (await stack.client.get(f"/sign-in?{most}&b=1")).status_code == 400


async def test_cookies(stack: Stack) -> None:
    def request(number: int) -> dict[str, Any]:
        cookies = fields(number, 60_000).replace("&", ";")
        return {"method": "GET", "url": "/sign-in", "headers": {"Cookie": cookies}}

    assert await grown(stack.client, request) < GROWTH
    few = ";".join(f"a{number}=" for number in range(MOST_COOKIES - 1))
    for cookies, language in ((few, "de"), (f"{few};b=", "en")):
        answer = await stack.client.get("/settings", headers={"Cookie": f"language=de;{cookies}"})
        assert f'<html lang="{language}' in answer.text


def test_forms_are_read_in_one_place() -> None:
    """Which knows what the framework would keep."""
    places = [path.name for path in SERVICES.rglob("*.py") if "request.form()" in path.read_text("utf-8")]
    assert places == ["forms.py"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"a&" * 300_000),
        ("multipart/form-data; boundary=x", b"Content-Type: text/plain; charset=none\r\n\r\na"),
    ],
    ids=["no UTF-8", "too many fields", "an unknown alphabet"],
)
async def test_a_form_that_makes_no_sense_is_refused(stack: Stack, kind: str, body: bytes) -> None:
    content = body
    if kind.startswith("multipart"):
        head = b'--x\r\nContent-Disposition: form-data; name="password"\r\n'
        content = head + (b"" if body.startswith(b"Content") else b"\r\n") + body + b"\r\n--x--\r\n"
    for url in ("/sign-in", "/commands/create-album"):
        answer = await stack.client.post(url, content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["detail"]) == (400, "This request makes no sense here.")
