"""What applies to every request."""

import httpx
import pytest

from services.gateway.pages.rendering import asset
from tests.support.asgi import asgi
from tests.support.stack import Stack

EVERY = [
    "/",
    "/api/images",
    asset("app.css"),
    "/healthz",
    "/no-such-page",
    "/events",
    "/schema/openapi.json",
]


@pytest.mark.parametrize("path", EVERY)
async def test_headers_of_every_answer(stack: Stack, path: str) -> None:
    headers = (await stack.client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8333", "127.0.0.1.evil.example", ""])
async def test_another_name_for_this_machine_is_refused(stack: Stack, host: str) -> None:
    """DNS rebinding: an attacker's host name that resolves to this machine."""
    answer = await stack.client.get("/api/images", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8333", "localhost:8333", "localhost", "[::1]:8333"])
async def test_names_of_this_machine_are_fine(stack: Stack, host: str) -> None:
    assert (await stack.client.get("/api/images", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://127.0.0.1:8333")],
        [("Origin", "https://evil.example")],
        [("Origin", "null")],
        [("Origin", "evil://127.0.0.1:8333")],
        [("Origin", "127.0.0.1:8333")],
        [("Origin", "http://evil.example@127.0.0.1:8333")],
        [("Origin", "http://127.0.0.1:8333"), ("Origin", "http://evil.example")],
    ],
    ids=str,
)
async def test_another_sites_page_can_change_nothing(stack: Stack, headers: list[tuple[str, str]]) -> None:
    answer = await stack.client.post("/commands/create-album", data={"name": "A"}, headers=headers)
    assert answer.status_code == 403
    assert await stack.log() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:8333"},
        {"Origin": "https://127.0.0.1:8333"},  # a proxy in between that says nothing of https
        {},
    ],
)
async def test_our_own_pages_and_programs_can(stack: Stack, headers: dict[str, str]) -> None:
    answer = await stack.client.post("/commands/create-album", json={"name": "A"}, headers=headers)
    assert answer.status_code == 202


async def test_over_https_an_unencrypted_page_is_another_site(stack: Stack) -> None:
    """Whoever is on the way can write into a page that is loaded without encryption."""
    transport = asgi(stack.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1:8333") as client:
        for origin, status in (("http://127.0.0.1:8333", 403), ("https://127.0.0.1:8333", 202)):
            answer = await client.post(
                "/commands/create-album", json={"name": "A"}, headers={"Origin": origin}
            )
            assert answer.status_code == status, origin


async def test_health(stack: Stack) -> None:
    assert (await stack.client.get("/healthz")).status_code == 200
    await stack.done("create-album", {"name": "A"})
    ready = await stack.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["views"] == {"position": 2, "lag": 0, "set_aside": 0}
    assert "albumen_requests_total" in (await stack.client.get("/metrics")).text


async def test_the_schema_names_every_call(stack: Stack) -> None:
    paths = (await stack.get("/schema/openapi.json"))["paths"]
    for path in ("/commands/{command}", "/api/images", "/api/images/{image_id}", "/events", "/readyz"):
        assert path in paths


async def test_the_log_over_http(stack: Stack) -> None:
    for name in "ABC":
        await stack.post("create-album", {"name": name})
    answer = await stack.client.get("/events", params={"after": 1, "limit": 3})
    import json

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["position"] for row in rows] == [2, 3, 4]
    assert rows[0]["data"]["name"] == "A"
    assert (await stack.client.get("/events", params={"after": -1})).status_code == 400
