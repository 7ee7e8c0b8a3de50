"""Whatever a request contains, the answer is one of ours: never 500, and words where something is refused."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, ClassVar, Final
from urllib.parse import quote

import httpx
import pytest
from litestar.connection import base
from litestar.datastructures import MultiDict
from litestar.routes import HTTPRoute

from services.gateway.time_travel.travel import COOKIE
from tests.gateway.pages.seeded import image_id
from tests.support.stack import Stack

HTML = {"Accept": "text/html"}
STREAMS = ("/events/stream", "/jobs/progress")
"""They never end by themselves."""
ODD = [
    "", "-1", "-0", "1.5", "1e400", "NaN", "Infinity", "9223372036854775808", "1" + "0" * 20, "9" * 5000, "²", "１２",
    "\0", "\n", "\r\nX: y", "\u202e", "😀", "null", "true", "*", '"', "%", "../..", "[" * 3000, "(" * 3000, "a" * 5000,
    "W10", "bnVsbA", "e30", "W1tbW1tb", "WyItdGFrZW5fYXQiLDFlNDAwLCJ4Il0", "1,2,3", "1..", "..",
]  # fmt: skip
"""As texts; a path or query holds them encoded."""
BYTES = ["%ff", "%ed%a0%80", "%c0%af", "%"]
"""As a URL writes what is no text."""
EVERY: Final = 7
"""Of the values, each parameter meets one in so many; its neighbours meet the others."""
LONGEST: Final = 60_000
"""Characters of a query; the client sends few more."""
PLACES: Final = [
    "/", "/nowhere", "/jobs", "/history", "/api/images", f"/images/{image_id(0)}", f"/images/{image_id(1)}/original",
    f"/images/{image_id(0)}/preview",
]  # fmt: skip
"""Where headers are read."""
HEADERS: dict[str, list[bytes]] = {
    "Referer": [b"http://[", b"http://a:b/", b"//[x/", b"\xff", b"http://127.0.0.1:99999/", "http://℀/".encode()],
    "Cookie": [
        b"\xff=\xff", b"=;=", b"theme=\x80", b'language="', b"; ;;", b"x=" + b"y" * 5000, COOKIE.encode() + b"=\xb2",
        COOKIE.encode() + b"=" + b"9" * 18, COOKIE.encode() + b"=1.2020-99-99",
    ],
    "Accept-Language": [
        b"*", b"\xff", b";;,,", b"de;q=x", b"de;q=nan", b"de;q=1e999", b"a," * 3000, b"x" * 5000, b"de-\xb2",
    ],
    "Accept": [b"\xff", b"text/html;q=x", b"/", b"text/html;" * 300],
    "Range": [
        b"bytes=", b"bytes=-", b"bytes=\xb2-", b"bytes=0-" + b"9" * 5000, b"bytes=-" + b"9" * 5000, b"bytes=1-0",
        b"bytes=0-0,2-3", b"\xff", b"bytes=-0", "bytes=٣-".encode(), b"bytes=" + b"9" * 5000 + b"-",
    ],
    "If-Range": [b"\xff", b'"x"', b"Wed, 21 Oct"],
    "If-None-Match": [b"*", b"\xff", b'"', b",,", b'"' + b"a" * 5000],
    "If-Modified-Since": [b"never"],
    "Last-Event-ID": [b"\xff"],
    "HX-Request": [b"\xff", b"true"],
    "HX-Current-URL": [b"http://[", b"\xff"],
    "Origin": [b"\xff", b"http://["],
    "Content-Type": [b"\xff", b"multipart/form-data", b"multipart/form-data; boundary=\xff", b"a/b; charset=x"],
    "Content-Length": [b"-1", b"x"],
    "Idempotency-Key": [b"\xff", b"a" * 5000],
    "X-Forwarded-Host": [b"["],
}  # fmt: skip
BAD_HOSTS = [
    b"localhost:abc",
    b"::1",
    b"[",
    b"[::1",
    b"a:b:c",
    b"127.0.0.1:8333.evil",
    b"\xff",
    b"localhost:99999",
    b"%",
    b"@",
]


def routes(stack: Stack, method: str) -> Iterator[HTTPRoute]:
    for route in stack.app.routes:
        if isinstance(route, HTTPRoute) and method in route.methods:
            yield route


def filled(route: HTTPRoute) -> str:
    """Its path, of things that exist where that is easy."""
    values = {
        "image_id": image_id(0),
        "album_id": "lake",
        "category_id": "dog",
        "position": "1",
        "class_index": "207",
    }
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], "x"), route.path_format)


@pytest.fixture(scope="module")
def gets(shared: Stack) -> list[str]:
    return sorted(path for route in routes(shared, "GET") if (path := filled(route)) not in STREAMS)


def queries(stack: Stack) -> dict[str, set[str]]:
    """Path -> the query parameters that it declares."""
    return {
        filled(route): {
            field.name
            for handler in route.route_handlers
            if "GET" in handler.http_methods
            for field in handler.parsed_fn_signature.parameters.values()
        }
        for route in routes(stack, "GET")
    }


class Noting(MultiDict[Any]):
    """A query that notes which parameters pages take from it themselves."""

    asked: ClassVar[set[str]] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


async def read_by_hand(client: httpx.AsyncClient, path: str) -> set[str]:
    """The query parameters that this page looks for, declared or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "MultiDict", Noting)
        Noting.asked.clear()
        await client.get(path, headers={"Accept": "*/*"})
        return {*Noting.asked}


def together(names: Sequence[str], value: str) -> Iterator[str]:
    """Queries that give each parameter this value, as few as there can be."""
    at_once = max(1, LONGEST // (len(value) + max(map(len, names)) + 2))
    for first in range(0, len(names), at_once):
        yield "&".join(f"{name}={value}" for name in names[first : first + at_once])


def fine(answer: httpx.Response) -> bool:
    return answer.status_code < 500 or answer.status_code == 503


async def test_odd_values_in_paths_and_queries(
    shared: Stack, client: httpx.AsyncClient, gets: list[str]
) -> None:
    """Each parameter that a page declares or looks for, and at once all those that other pages look for: one may be
    looked for only because of another."""
    declared = queries(shared)
    by_hand = {path: await read_by_hand(client, path) for path in gets}
    all_names = set[str]().union(*by_hand.values())
    assert all_names >= {"album", "hidden", "image", "select", "sort", "value", "who"}
    odd = [*(quote(one, safe="") for one in ODD), *BYTES]
    bad = []
    for place, path in enumerate(gets):
        asked = [f"{path.rsplit('/', 1)[0]}/{one}" for one in odd]
        asked += [
            f"{path}?{name}={one}" for name, one in product(sorted(declared[path] | by_hand[path]), odd)
        ]
        others = sorted(all_names - declared[path] - by_hand[path])
        asked += [f"{path}?{query}" for one in odd for query in together(others, one)]
        asked = asked[place % EVERY :: EVERY]
        for url in asked:
            if url.partition("?")[0] in STREAMS:
                continue
            answer = await client.get(url, headers={"Accept": "*/*"})
            if not fine(answer):
                bad.append((answer.status_code, url[:80]))
            elif answer.status_code >= 400 and answer.headers["Content-Type"].startswith("application/json"):
                assert "Expected" not in answer.text, url
    assert bad == []


async def test_odd_headers(client: httpx.AsyncClient) -> None:
    bad = []
    for path, (name, values) in product(PLACES, HEADERS.items()):
        for value in values:
            answer = await client.get(path, headers={b"Accept": b"text/html", name.encode(): value})
            if not fine(answer):
                bad.append((answer.status_code, path, name, value[:40]))
    assert bad == []


@pytest.mark.parametrize("host", BAD_HOSTS)
async def test_a_host_that_nobody_can_read_is_refused(client: httpx.AsyncClient, host: bytes) -> None:
    for path, accept in product(["/", "/healthz", "/api/images", "/nowhere"], ["text/html", "*/*"]):
        answer = await client.get(path, headers={b"Host": host, b"Accept": accept.encode()})
        assert 400 <= answer.status_code < 500, (path, accept)
        post = await client.post(path, headers={b"Host": host})
        assert 400 <= post.status_code < 500


async def test_two_hosts_are_none(client: httpx.AsyncClient) -> None:
    """Somebody between may have believed the other one."""
    request = client.build_request("GET", "/healthz")
    request.headers = httpx.Headers([("Host", "127.0.0.1:8333"), ("Host", "evil.example")])
    assert (await client.send(request)).status_code == 400


async def test_head_is_get_without_the_body(client: httpx.AsyncClient, gets: list[str]) -> None:
    for path in gets:
        get, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert head.headers["Content-Type"] == get.headers["Content-Type"], path
        assert (await client.options(path)).status_code == 204, path


@pytest.mark.parametrize("path", STREAMS)
async def test_head_of_a_stream_ends(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/event-stream")


async def test_head_tells_a_films_length_and_range(client: httpx.AsyncClient) -> None:
    path = f"/images/{image_id(1)}/original"
    get = await client.get(path)
    head = await client.head(path)
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.content))
    part = await client.head(path, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


async def test_every_method_of_an_address_is_named(client: httpx.AsyncClient) -> None:
    for path, methods in {"/commands/x": "GET, HEAD, OPTIONS, POST", "/": "GET, HEAD, OPTIONS"}.items():
        assert (await client.options(path)).headers["Allow"] == methods
        refused = await client.put(path)
        assert (refused.status_code, refused.headers["Allow"]) == (405, methods)
    assert (await client.options("/nowhere")).status_code == 404


@pytest.mark.parametrize("value", ["²", "-1", "x", "", "1" + "0" * 20, "9" * 5000, "1.5", "0x1"])
async def test_a_last_event_id_that_is_no_position_is_refused(client: httpx.AsyncClient, value: str) -> None:
    answer = await client.get("/events/stream", headers={b"Last-Event-ID": value.encode()})
    assert answer.status_code == 400
    assert "whole number" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("after=1" + "0" * 20, "“after” must be at most 4611686018427387904."),
        ("after=-1", "“after” must be at least 0."),
        ("after=x", "“after” must be a whole number."),
        ("limit=0", "“limit” must be at least 1."),
    ],
)
async def test_a_parameter_that_makes_no_sense_is_explained(
    client: httpx.AsyncClient, query: str, words: str
) -> None:
    answer = await client.get(f"/events?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (400, words)
    assert answer.json()["extra"][0]["message"] == words


async def test_the_log_beyond_its_end_is_empty(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/events?after={2**62}")
    assert (answer.status_code, answer.content) == (200, b"")


DEEP = '{"name": "A", "x": ' + "[" * 50_000 + "]" * 50_000 + "}"


@pytest.mark.parametrize("path", ["/commands/create-album", "/commands/undo", "/download", "/download/list"])
async def test_json_of_fifty_thousand_levels_is_refused(
    shared: Stack, client: httpx.AsyncClient, path: str
) -> None:
    for body in (DEEP, "[" * 50_000, '{"images": ' + "[" * 50_000):
        answer = await client.post(path, content=body, headers={"Accept": "*/*"})
        assert answer.status_code == 422, body[:20]
        assert "Expected" not in answer.text


async def test_deep_json_in_forms_and_queries(client: httpx.AsyncClient) -> None:
    deep = "[" * 50_000
    for path in (
        "/commands/create-album",
        "/download",
        "/settings/theme",
        "/settings/language",
        "/history/travel",
    ):
        fields: dict[str, Any] = {
            "images": deep,
            "theme": deep,
            "language": deep,
            "day": deep,
            "album_id": "x",
            "q": deep,
        }
        assert (await client.post(path, data=fields)).status_code in (400, 413, 422), path
        files = {"name": (None, deep, "application/json"), "images": (None, deep, "application/json")}
        assert (await client.post(path, files=files)).status_code in (303, 400, 413, 422), path
    assert (await client.get("/api/images", params={"q": "[" * 20_000})).status_code < 500
    for cursor in ("W1tb" * 8_000, "eyJhIjpb" * 4_000):
        assert (await client.get("/api/images", params={"after": cursor})).status_code == 422


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=x",
        "a/b/c",
    ],
)
async def test_broken_forms(client: httpx.AsyncClient, kind: str) -> None:
    bodies = [
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
        b"\xff=\xff&&=",
        b"a" * 100_000,
    ]
    for path, body in product(("/commands/undo", "/download", "/settings/theme", "/history/travel"), bodies):
        answer = await client.post(path, content=body, headers={"Content-Type": kind})
        assert 400 <= answer.status_code < 500 or answer.status_code == 303, (path, body)


async def test_a_body_beyond_the_limit_is_refused_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/commands/create-album", content=b" " * 20_000_001, headers={"Accept": "*/*"})
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["detail"]


async def test_lists_without_an_end_are_refused_in_words(client: httpx.AsyncClient) -> None:
    ids = json.dumps({"images": ["0" * 32] * 100_001, "album_id": "lake"})
    for path in ("/commands/add-to-album", "/download"):
        answer = await client.post(path, content=ids, headers={"Accept": "*/*"})
        assert (answer.status_code, answer.json()["detail"]) == (
            422,
            "“images” has more than 100,000 entries.",
        ), path
