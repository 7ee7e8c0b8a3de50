"""A reader shows what its album does, and passes on what would change it."""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Request

from services.domain.albums.events import AlbumCreated
from services.gateway.access.keyring import Keys, Role
from services.gateway.access.tokens import create
from services.gateway.following import copying
from services.gateway.following.passing_on import as_sent
from services.gateway.web.security import POLICY
from services.kernel.paths import preview_path
from tests.gateway.following.conftest import Reading, Served, album, follows, told, untold
from tests.support.album import ended
from tests.support.stack import Stack
from tests.support.tcpproxy import Proxy
from tests.support.waiting import eventually

PAGES = (
    "/",
    "/albums",
    "/categories",
    "/history",
    "/duplicates",
    "/search?q=2020",
    "/api/images",
    "/api/albums",
)


async def text(stack: Stack, path: str) -> str:
    answer = await stack.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def ids(stack: Stack) -> list[str]:
    return [one["id"] for one in (await stack.get("/api/images"))["items"]]


async def test_pages_and_log_are_the_same(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        for one in (reader, origin.stack):
            await one.gateway.rail.look(one.gateway.jobs)
        assert {path: await text(reader, path) for path in PAGES} == {
            path: await text(origin.stack, path) for path in PAGES
        }
        logs = [(await one.client.get("/events")).content for one in (reader, origin.stack)]
        assert logs[0] == logs[1] != b""
        head = await reader.gateway.events.head()
        assert await reader.gateway.events.link(head) == await origin.stack.gateway.events.link(head)


async def test_what_is_changed_here_is_changed_there_and_shown_at_both(
    origin: Served, reading: Reading
) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        answer = await reader.post("create-album", {"name": "By a program"})
        assert answer.status_code == 202
        assert await reader.gateway.views.position() >= answer.json()["position"]
        form = {"name": "By a form", "next": "/albums"}
        answer = await reader.client.post("/commands/create-album", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/albums")
        form["name"] = "By a script"
        answer = await reader.client.post("/commands/create-album", data=form, headers={"HX-Request": "true"})
        assert answer.headers["HX-Location"] == "/albums"
        assert "By a script" in answer.headers["HX-Trigger"]
        for one in (reader, origin.stack):
            names = [row["name"] for row in await one.get("/api/albums")]
            assert sorted(names) == ["By a form", "By a program", "By a script"]
        assert await reader.events() == await origin.stack.events()


async def test_the_albums_refusals_come_back(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        answer = await reader.post("create-album", {"name": ""})
        assert answer.status_code == 422
        page = reader.browser()
        form, came = {"name": "", "next": "/albums"}, {"Referer": f"{reader.client.base_url}/albums"}
        answer = await page.post(
            "/commands/create-album", data=form, headers=came | {"Accept-Language": "de"}
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/albums")
        assert (
            "Zuerst einen Namen eingeben."
            in (await page.get("/albums", headers={"Accept-Language": "de"})).text
        )
        await page.aclose()


@pytest.mark.parametrize("path", [b"//evil.example/x", b"/a%2f..//b", b"/@evil.example", b"/\\evil.example"])
async def test_nothing_is_sent_elsewhere_whatever_an_address_looks_like(
    origin: Served, reading: Reading, path: bytes
) -> None:
    async with reading(origin.url) as reader:
        assert reader.gateway.upstream
        scope: Any = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "headers": [],
            "path": path.decode(),
            "raw_path": path,
            "path_template": "/",
            "query_string": b"a=1",
        }
        request = as_sent(reader.gateway.upstream, Request(scope))
        assert (request.url.host, request.url.port) == ("127.0.0.1", origin.port)
        assert request.url.raw_path == path + b"?a=1"


async def test_what_the_album_sends_gets_no_rights_that_a_page_here_lacks(
    origin: Served, reading: Reading
) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        assert reader.gateway.upstream

        async def loosen(answer: httpx.Response) -> None:
            answer.headers["Content-Security-Policy"] = "script-src *"
            answer.headers.update({"Set-Cookie": "albumen_1=x; Path=/"})

        reader.gateway.upstream.client.event_hooks["response"].append(loosen)
        answer = await reader.client.get("/import")
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert "Set-Cookie" not in answer.headers


async def test_what_is_asked_back_before_a_change_is_asked_here(origin: Served, reading: Reading) -> None:
    album = "0123456789ab"
    await origin.stack.tell(AlbumCreated(album_id=album, name="First"))
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        seen = await origin.stack.gateway.events.head()
        await origin.stack.done("rename-album", {"album_id": album, "name": "Theirs"})
        page = reader.browser()
        form = {"album_id": album, "name": "Mine", "seen": str(seen), "next": "/albums"}
        answer = await page.post("/commands/rename-album", data=form)
        question = await page.get(answer.headers["Location"])
        assert question.status_code == 200
        assert "Theirs" in question.text
        await page.aclose()


async def test_pictures_come_from_the_album(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        (image, *_) = await ids(reader)
        for path in ("preview", "medium", "large", "original"):
            answers = [await one.client.get(f"/images/{image}/{path}") for one in (reader, origin.stack)]
            assert answers[0].content == answers[1].content != b""
            assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
        kept = preview_path(reader.settings.previews, image)
        assert kept.read_bytes() == preview_path(origin.stack.settings.previews, image).read_bytes()
        part = await reader.client.get(f"/images/{image}/original", headers={"Range": "bytes=2-5"})
        assert (part.status_code, len(part.content)) == (206, 4)
        assert part.headers["Content-Range"].startswith("bytes 2-5/")
        same = await reader.client.get(
            f"/images/{image}/original", headers={"If-None-Match": part.headers["ETag"]}
        )
        assert same.status_code == 304
        answer = await reader.client.post("/download", data={"images": image})
        assert answer.content == (await reader.client.get(f"/images/{image}/original")).content


async def test_while_the_album_is_away_pages_stay_and_nothing_is_changed(
    origin: Served, reading: Reading
) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        (image, *_) = await ids(reader)
        await origin.go()
        problem = await told(reader, "origin_away")
        assert problem.startswith("Showing the library as of ")
        assert origin.url in problem
        ready = await reader.client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        page = await text(reader, "/")
        assert "Showing the library as of" in page
        assert image in page
        answer = await reader.post("create-album", {"name": "Away"})
        assert answer.status_code == 503
        assert "nothing was changed" in answer.json()["detail"]
        for path in ("preview", "original"):
            answer = await reader.client.get(f"/images/{image}/{path}")
            assert answer.status_code == 503
            assert "can’t be reached" in answer.json()["detail"]
        await origin.stack.tell(AlbumCreated(album_id="0123456789ab", name="Meanwhile"))
        await origin.come()
        await untold(reader)
        await follows(reader, origin.stack)
        assert [row["name"] for row in await reader.get("/api/albums")] == ["Meanwhile"]
        assert (await reader.post("create-album", {"name": "Back"})).status_code == 202


async def test_another_album_behind_the_address_is_refused(
    tmp_path: Path, origin: Served, reading: Reading
) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        before = (await reader.client.get("/events")).content
        await origin.go()
        async with album(tmp_path / "other", count=5) as other:
            await other.go()
            other.port = origin.port
            await other.come()
            problem = await told(reader, "origin_differs")
            assert "is not the one that this is a copy of" in problem
            assert (await reader.client.get("/readyz")).status_code == 503
            answer = await reader.post("create-album", {"name": "Whose?"})
            assert answer.status_code == 503
            assert "nothing was changed" in answer.json()["detail"]
            assert await other.stack.get("/api/albums") == []
            assert (await reader.client.get("/events")).content == before
            assert (await reader.client.get("/")).status_code == 200
        await origin.come()
        await untold(reader)
        assert (await reader.post("create-album", {"name": "Ours"})).status_code == 202


async def test_a_log_that_went_backwards_is_refused(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        await origin.go()
        head = await reader.gateway.events.head()
        events = origin.stack.gateway.events
        events._head -= 1
        await origin.come()
        try:
            problem = await told(reader, "origin_differs")
            assert f"ends at entry {head - 1}" in problem
        finally:
            events._head += 1
        await untold(reader)


async def test_a_history_that_was_changed_is_refused(origin: Served, reading: Reading) -> None:
    """As after photos were forgotten for good: the log is as long, and its last entry the same."""
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        await origin.go()

        def change(db: sqlite3.Connection) -> None:
            (position, hashes) = db.execute("SELECT position, hashes FROM chain ORDER BY position").fetchone()
            db.execute("DROP TRIGGER chain_no_update")
            rest = db.execute("SELECT position, hashes FROM chain").fetchall()
            for position, hashes in rest:
                db.execute("UPDATE chain SET hashes = ? WHERE position = ?", (hashes[::-1], position))

        await origin.stack.gateway.events.on_connection(change)
        await origin.come()
        assert "is not the one" in await told(reader, "origin_differs")


async def test_many_entries_come_in_many_pages_and_the_connection_is_cut_between(
    origin: Served, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ASKED_FOR", 700)
    monkeypatch.setattr(copying, "PER_COMMIT", 150)
    await origin.stack.tell(*(AlbumCreated(album_id=f"{one:012x}", name="a") for one in range(10_000)))
    async with Proxy(origin.port) as proxy, reading(f"http://127.0.0.1:{proxy.port}") as reader:
        for least in (1_000, 5_000):

            async def grown(least: int = least) -> bool:
                return await reader.gateway.events.head() >= least

            await eventually(grown, "some entries are copied")
            await proxy.refuse()
            await proxy.listen()
        await follows(reader, origin.stack)
        logs = [(await one.client.get("/events")).content for one in (reader, origin.stack)]
        assert logs[0] == logs[1]


async def test_gaps_stay_gaps(origin: Served, reading: Reading) -> None:
    def lose(db: sqlite3.Connection) -> None:
        db.execute("DROP TRIGGER event_no_delete")
        db.execute("DELETE FROM event WHERE position IN (3, 4)")

    await origin.stack.gateway.events.on_connection(lose)
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        logs = [(await one.client.get("/events")).content for one in (reader, origin.stack)]
        assert logs[0] == logs[1]
        assert b'"until":4' in logs[0]


async def test_it_goes_on_where_it_was_after_a_restart(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
    await origin.stack.tell(AlbumCreated(album_id="0123456789ab", name="Meanwhile"))
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        assert [row["name"] for row in await reader.get("/api/albums")] == ["Meanwhile"]
    await origin.go()
    async with reading(origin.url) as reader:
        assert "Showing the library as of" in await told(reader, "origin_away")
        assert "Meanwhile" in await text(reader, "/albums")


async def test_kept_pages_change_with_the_copy(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        await reader.gateway.rail.look(reader.gateway.jobs)
        first = await reader.client.get("/albums")
        again = await reader.client.get("/albums", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        await reader.post("create-album", {"name": "New"})
        then = await reader.client.get("/albums", headers={"If-None-Match": first.headers["ETag"]})
        assert then.status_code == 200
        assert "New" in then.text


async def test_a_viewers_token_lets_nothing_be_changed(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        secret = ""

        def add(keys: Keys) -> None:
            nonlocal secret
            secret = create(keys, "reader", Role.VIEWER)

        origin.stack.gate.keyring.change(add)
        assert reader.gateway.upstream
        reader.gateway.upstream.client.headers["Authorization"] = f"Bearer {secret}"
        answer = await reader.post("create-album", {"name": "By a viewer"})
        assert answer.status_code == 403
        assert "Only the owner" in answer.json()["detail"]


async def test_nothing_is_scanned_or_appended_here(origin: Served, reading: Reading) -> None:
    async with reading(origin.url) as reader:
        await follows(reader, origin.stack)
        answer = await reader.post("scan")
        assert answer.status_code == 202
        assert (await ended(reader.client, answer.json()["status_url"]))["status"] == "done"
        await follows(reader, origin.stack)
        assert await reader.log() == await origin.stack.log()
        assert not reader.gateway.scanning.scanning
