"""What applies to every request."""

from pathlib import Path

import httpx
import msgspec
import pytest

from services.gateway.pages.rendering import asset
from services.kernel.settings import Settings
from tests.gateway.locked.test_authorisation_matrix import address, routes
from tests.support.asgi import asgi
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

EVERY = [
    "/",
    "/api/images",
    asset("base.css"),
    "/healthz",
    "/no-such-page",
    "/events",
    "/schema/openapi.json",
]


@pytest.mark.parametrize("path", EVERY)
async def test_headers_of_every_answer(untouched: Stack, path: str) -> None:
    headers = (await untouched.client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8333", "127.0.0.1.evil.example", ""])
async def test_another_name_for_this_machine_is_refused(untouched: Stack, host: str) -> None:
    """DNS rebinding: an attacker's host name that resolves to this machine."""
    answer = await untouched.client.get("/api/images", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8333", "localhost:8333", "localhost", "[::1]:8333"])
async def test_names_of_this_machine_are_fine(untouched: Stack, host: str) -> None:
    assert (await untouched.client.get("/api/images", headers={"Host": host})).status_code == 200


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
        [("Origin", "ftp://127.0.0.1:8333")],
        [("Origin", "//127.0.0.1:8333")],
        [("Origin", "http://127.0.0.1:8334")],
        [("Origin", "http://127.0.0.1:8333.evil.example")],
        [("Origin", "")],
        [("Sec-Fetch-Site", "same-origin"), ("Origin", "ftp://127.0.0.1:8333")],
        [("Sec-Fetch-Site", "")],
    ],
    ids=str,
)
async def test_another_sites_page_can_change_nothing(
    untouched: Stack, headers: list[tuple[str, str]]
) -> None:
    answer = await untouched.client.post("/commands/create-album", data={"name": "A"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://album.example"},
        {"Origin": "http://127.0.0.1:8333"},
        {"Origin": "https://127.0.0.1:8333"},  # a proxy in between that says nothing of https
        {},
    ],
)
async def test_our_own_pages_and_programs_can(stack: Stack, headers: dict[str, str]) -> None:
    answer = await stack.client.post("/commands/create-album", json={"name": "A"}, headers=headers)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "headers", [{"Origin": "null"}, {"Origin": "ftp://127.0.0.1:8333"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_no_route_takes_what_another_sites_page_sends(
    untouched: Stack, headers: dict[str, str]
) -> None:
    """Whoever the browser belongs to: here everybody is the owner."""
    writing = [one for one in routes(untouched.app) if one[0] not in ("GET", "HEAD")]
    assert len(writing) > 10
    for method, template in writing:
        answer = await untouched.client.request(method, address(template), headers=headers)
        assert answer.status_code == 403, (method, template)


async def test_only_a_certificate_of_ones_own_is_insisted_on(tmp_path: Path) -> None:
    """Nobody could get past a browser's warning of ours any more."""
    given = {"tls_certificate": tmp_path / "certificate.pem"}
    for fields, url, insists in (
        (given, "https://127.0.0.1:8333/healthz", True),
        (given, "https://127.0.0.1:8333/no-such-page", True),
        (given, "http://127.0.0.1:8333/healthz", False),
        ({"tls": True}, "https://127.0.0.1:8333/healthz", False),
    ):
        settings = Settings(data=tmp_path / "data", previews=tmp_path / "data/previews", workers=1)
        changed = msgspec.structs.replace(settings, **fields)
        async with running_stack(changed, projector=False) as running:
            answer = await running.client.get(url)
            assert ("Strict-Transport-Security" in answer.headers) == insists, (fields, url)


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


async def test_the_schema_names_every_call(untouched: Stack) -> None:
    paths = (await untouched.get("/schema/openapi.json"))["paths"]
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
