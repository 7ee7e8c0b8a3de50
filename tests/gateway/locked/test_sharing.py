"""Share links: what somebody with one sees, and that it is all."""

import io
import re
import sqlite3
import time

import httpx
import msgspec
import pytest
import structlog
from PIL import Image

from services.domain.albums.sharing import AlbumShared, AlbumUnshared, SharedAlbumVisited
from services.gateway.access import links
from services.gateway.access.attempts import BURST
from services.gateway.access.classes import ANYONE, LINK, STATIC
from services.gateway.access.keyring import FILE, Keyring, secret_hash
from services.gateway.access.visits import APART_S, Visits
from services.kernel.log.eventlog import Appended
from services.kernel.log.finding import LogError, refusal
from services.kernel.settings import Settings
from tests.gateway.locked.conftest import PASSWORD, Locked, Shared
from tests.gateway.locked.test_authorisation_matrix import address, routes
from tests.support.stack import Stack, stack


def pictures(html: str) -> set[str]:
    return set(re.findall(r'(?:src|href)="(/s/[^"]+)"', html))


async def test_a_link_shows_the_album_and_its_photos_to_anybody(with_files: Shared) -> None:
    path = await with_files.share()
    async with with_files.running.browser() as visitor:
        answer = await visitor.get(path)
        assert answer.status_code == 200
        assert "Lake" in answer.text and "Our week at the lake" in answer.text
        for image_id in with_files.ids[:2]:
            assert (await visitor.get(f"{path}/{image_id}")).status_code == 200
            for size in ("preview", "medium", "large"):
                picture = await visitor.get(f"{path}/{image_id}/{size}")
                assert picture.headers["Content-Type"] == "image/jpeg"
        assert {(await visitor.get(one)).status_code for one in pictures(answer.text)} == {200}


async def test_nothing_leaves_that_tells_where_or_with_what_a_photo_was_taken(with_files: Shared) -> None:
    """No position, path, file name, camera or serial number: in no page, picture, header, or file name."""
    path = await with_files.share(downloads="1")
    async with with_files.running.browser() as visitor:
        pages = [await visitor.get(path), await visitor.get(f"{path}/{with_files.ids[0]}")]
        made = [
            await visitor.get(f"{path}/{with_files.ids[0]}/{size}")
            for size in ("preview", "medium", "large", "download")
        ]
    for answer in (*pages, *made):
        assert answer.status_code == 200
        whole = answer.content + str(answer.headers).encode()
        for secret in (b"private-0", b"Secret trip", b"SERIAL42", b"Camera", b"47.5", b"9.25", b"Exif"):
            assert secret not in whole, (answer.url, secret)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for answer in made:
        picture = Image.open(io.BytesIO(answer.content))
        assert not picture.getexif()
        assert "xmp" not in picture.info and "comment" not in picture.info


async def test_nothing_else_is_reached_through_a_link(shared: Shared) -> None:
    """Every route of the application with what a visitor has, and every photo outside the album."""
    shared.running.gateway.stopping.set()
    path = await shared.share()
    async with shared.running.browser() as visitor:
        await visitor.get(path)
        visitor.headers["Accept"] = "application/json"
        for method, template in routes(shared.running.app):
            if template not in ANYONE | LINK and not template.startswith(STATIC):
                answer = await visitor.request(method, address(template), headers={"Referer": path})
                assert answer.status_code == 401, (method, template)
        outside = shared.ids[2]
        for place in (
            *(f"{path}/{outside}", f"{path}/{outside}/preview", f"{path}/{outside}/large"),
            *(
                f"{path}/{shared.ids[0]}/original",
                f"{path}/{shared.ids[0]}/film",
                f"{path}/{shared.ids[0]}/../x",
            ),
            *(f"{path}/{'f' * 32}/preview", f"{path}/..%2f..%2fapi%2fimages", f"{path}/x/preview"),
            f"{path}?after=garbage",
        ):
            assert (await visitor.get(place)).status_code in (401, 404, 422), place


@pytest.mark.parametrize("secret", ["", "x", "0" * 22, "%00", "..", "a" * 5000, "ü", "%2e%2e"])
async def test_a_guessed_link_opens_nothing(shared: Shared, secret: str) -> None:
    await shared.share()
    async with shared.running.browser() as visitor:
        for place in (f"/s/{secret}", f"/s/{secret}/{shared.ids[0]}/preview"):
            assert (await visitor.get(place)).status_code in (303, 404), place


async def test_a_dead_link_gives_a_page_that_leads_nowhere(shared: Shared) -> None:
    async with shared.running.browser() as visitor:
        answer = await visitor.get(f"/s/{'0' * 22}")
    assert answer.status_code == 404
    assert "Ask whoever gave it to you" in answer.text
    assert "<a " not in answer.text


async def test_downloads_are_only_as_allowed(with_files: Shared) -> None:
    without, allowed = await with_files.share(), await with_files.share(downloads="1")
    async with with_files.running.browser() as visitor:
        assert (await visitor.get(f"{without}/{with_files.ids[0]}/download")).status_code == 404
        assert "download" not in (await visitor.get(f"{without}/{with_files.ids[0]}")).text
        answer = await visitor.get(f"{allowed}/{with_files.ids[0]}/download")
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_the_secret_is_in_no_file_metric_or_line_of_the_log(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await shared.share(password="a passphrase")
    secret = path.removeprefix("/s/").encode()
    async with shared.running.browser() as visitor:
        await visitor.get(path)

        async def broken(*_: object) -> None:
            raise RuntimeError("an error in the middle of a request")

        monkeypatch.setattr(shared.running.gateway.visits, "note", broken)
        await visitor.post(path, data={"password": "a passphrase"})
        with structlog.testing.capture_logs() as lines:
            assert (await visitor.get(path)).status_code == 500
    metrics = (await shared.running.client.get("/metrics", headers=shared.owner)).text
    assert secret.decode() not in metrics and "/s/{secret}" in metrics
    assert [line["path"] for line in lines if line["event"] == "request failed"] == ["/s/{secret}"]
    for file in shared.running.settings.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert secret not in content and b"a passphrase" not in content, file
    (event,) = await shared.running.events(AlbumShared)
    assert event.secret_hash == secret_hash(secret.decode())


async def test_a_revoked_link_is_dead_at_once(shared: Shared) -> None:
    path = await shared.share()
    (link_id,) = await shared.link_ids()
    answer = await shared.running.client.post(
        f"/albums/{shared.album}/links", data={"revoke": link_id}, headers=shared.owner
    )
    assert answer.status_code == 303
    async with shared.running.browser() as visitor:
        for place in (path, f"{path}/{shared.ids[0]}/preview"):
            assert (await visitor.get(place)).status_code == 404
    assert [event.link_id for event in await shared.running.events(AlbumUnshared)] == [link_id]


async def test_undo_revokes_as_well(shared: Shared) -> None:
    answer = await shared.command("share-album", album_id=shared.album, secret_hash=secret_hash("x" * 22))
    async with shared.running.browser() as visitor:
        assert (await visitor.get(f"/s/{'x' * 22}")).status_code == 200
        await shared.command("undo", command_id=answer["command_id"])
        assert (await visitor.get(f"/s/{'x' * 22}")).status_code == 404


async def test_a_deleted_album_is_shared_no_longer_and_a_removed_photo_neither(shared: Shared) -> None:
    path = await shared.share()
    async with shared.running.browser() as visitor:
        await shared.command("remove-from-album", album_id=shared.album, images=shared.ids[:1])
        assert (await visitor.get(f"{path}/{shared.ids[0]}/preview")).status_code == 404
        await shared.command("hide-images", images=shared.ids[1:2])
        assert (await visitor.get(f"{path}/{shared.ids[1]}/preview")).status_code == 404
        await shared.command("delete-album", album_id=shared.album)
        assert (await visitor.get(path)).status_code == 404
        await shared.command("restore-album", album_id=shared.album)
        assert (await visitor.get(path)).status_code == 200


async def test_a_link_expires(shared: Shared) -> None:
    now = time.time_ns() // 1000
    for secret, expires in (("soon" * 6, now + 60_000_000), ("past" * 6, now - 1)):
        await shared.command(
            "share-album", album_id=shared.album, secret_hash=secret_hash(secret), expires_us=expires
        )
    async with shared.running.browser() as visitor:
        assert (await visitor.get(f"/s/{'soon' * 6}")).status_code == 200
        assert (await visitor.get(f"/s/{'past' * 6}")).status_code == 404


async def test_a_link_with_a_password_asks_for_it_and_for_its_own_alone(shared: Shared) -> None:
    path, other = await shared.share(password="a passphrase"), await shared.share(password="another one")
    async with shared.running.browser() as visitor:
        for place in (path, f"{path}/{shared.ids[0]}", f"{path}/{shared.ids[0]}/preview"):
            answer = await visitor.get(place)
            assert (answer.status_code, "Lake" in answer.text) == (401, False)
        assert (await visitor.post(path, data={"password": "another one"})).status_code == 401
        assert (await visitor.post(path, data={"password": "a passphrase"})).status_code == 303
        assert (await visitor.get(path)).status_code == 200
        assert (await visitor.get(f"{path}/{shared.ids[0]}/preview")).status_code == 200
        stolen = {
            "Cookie": "; ".join(
                f"albumen_link_{one}={value}"
                for one in await shared.link_ids()
                for value in visitor.cookies.values()
            )
        }
    answer = await shared.running.client.get(other, headers={**stolen, "Accept": "text/html"})
    assert answer.status_code == 401, "the cookie opens one link"


async def test_a_links_password_helps_to_guess_no_other(shared: Shared) -> None:
    """The right one would otherwise give back all attempts at the owner's, or at another link's."""
    known, other = await shared.share(password="a passphrase"), await shared.share(password="another one")
    async with shared.running.browser() as visitor:
        for place in ("/sign-in", other):
            statuses = []
            for number in range(BURST + 2):
                answer = await visitor.post(place, data={"password": f"guess {number}"})
                statuses.append(answer.status_code)
                assert (await visitor.post(known, data={"password": "a passphrase"})).status_code == 303
            assert statuses == [401] * BURST + [429] * 2, place


async def test_guessing_at_a_link_keeps_the_owner_from_nothing(shared: Shared) -> None:
    path = await shared.share(password="a passphrase")
    async with shared.running.browser() as visitor:
        for _ in range(BURST):
            await visitor.post(path, data={"password": "a guess"})
        assert (await visitor.post(path, data={"password": "a passphrase"})).status_code == 429
        assert (await visitor.post("/sign-in", data={"password": PASSWORD})).status_code == 303


async def test_the_cookie_of_a_link_is_void_later_and_after_another_password(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await shared.share(password="a passphrase")
    async with shared.running.browser() as visitor:
        await visitor.post(path, data={"password": "a passphrase"})
        jar = httpx.Cookies(visitor.cookies)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + links.OPEN_S + 1)
        visitor.cookies = jar
        assert (await visitor.get(path, headers={"Cookie": _line(jar)})).status_code == 401


def _line(jar: httpx.Cookies) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


async def test_visits_are_counted_and_shown_in_the_history(shared: Shared) -> None:
    path = await shared.share(label="Anna")
    async with shared.running.browser() as visitor:
        for _ in range(3):
            await visitor.get(path)
    await shared.running.gateway.visits.close()
    await shared.running.caught_up()
    owner = {**shared.owner, "Accept": "text/html"}
    page = (await shared.running.client.get(f"/albums/{shared.album}/links", headers=owner)).text
    assert "Anna" in page and "opened 3 times" in page
    history = (await shared.running.client.get(f"/history?album={shared.album}", headers=owner)).text
    assert "Album shared by a link, for Anna" in history
    assert "The shared album was opened 2 times" in history and "Visitor" in history
    only = (await shared.running.client.get("/history?who=visitor", headers=owner)).text
    assert "was opened" in only and "Album shared by" not in only
    mine = (await shared.running.client.get("/history?who=user", headers=owner)).text
    assert "was opened" not in mine and "Album shared by" in mine


async def test_visitors_cannot_fill_the_log(open_album: Locked) -> None:
    now = [0.0]
    visits = Visits(open_album.running.gateway.events, lambda: now[0])
    for _ in range(1000):
        await visits.note("a", "link")
        now[0] += APART_S / 500
    await visits.close()
    events = await open_album.running.events(SharedAlbumVisited)
    assert len(events) <= 4
    assert sum(event.visits for event in events) == 1000


async def test_a_visitor_sees_the_album_though_nothing_can_be_saved(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visit is counted later."""
    path, gateway = await shared.share(), shared.running.gateway
    whole = gateway.events.append

    async def full(*_: object) -> Appended:
        raise LogError(refusal(sqlite3.OperationalError("full"), "events.db"))

    monkeypatch.setattr(gateway.events, "append", full)
    assert (await shared.running.client.get(path)).status_code == 200
    await gateway.visits.close()
    monkeypatch.setattr(gateway.events, "append", whole)
    await gateway.visits.close()
    assert [one.visits for one in await shared.running.events(SharedAlbumVisited)] == [1]


async def test_the_links_are_listed_with_and_without_a_name_and_after_a_refused_form(shared: Shared) -> None:
    client, owner = shared.running.client, {**shared.owner, "Accept": "text/html"}
    await shared.share(label="Anna & <Ben>")
    await shared.share()
    page = (await client.get(f"/albums/{shared.album}/links", headers=owner)).text
    assert 'aria-label="Revoke: Anna &amp; &lt;Ben&gt;"' in page
    assert 'aria-label="Revoke: Without a name"' in page
    refused = await client.post("/access/tokens", data={"name": "", "role": "viewer"}, headers=owner)
    assert refused.status_code == 422
    for answer in (refused, await client.get("/access", headers=owner)):
        assert answer.text.count(f'href="/albums/{shared.album}/links"') == 2


@pytest.mark.parametrize(
    "fields", [{"days": "8"}, {"password": "short"}, {"label": "x" * 101}, {"days": "-1"}, {"days": "9" * 30}]
)
async def test_an_unusable_link_is_refused_in_words(shared: Shared, fields: dict[str, str]) -> None:
    answer = await shared.running.client.post(
        f"/albums/{shared.album}/links", data=fields, headers=shared.owner
    )
    assert answer.status_code == 422
    assert await shared.link_ids() == []


async def test_links_of_an_album_that_is_not_there(shared: Shared) -> None:
    client, owner = shared.running.client, shared.owner
    assert (await client.get("/albums/none/links", headers=owner)).status_code == 404
    assert (await client.post("/albums/none/links", headers=owner)).status_code == 404
    gone = await client.post(f"/albums/{shared.album}/links", data={"revoke": "none"}, headers=owner)
    assert gone.status_code == 404


async def test_without_a_password_nothing_is_shared_over_the_network(shared: Shared) -> None:
    path = await shared.share()
    Keyring(shared.running.settings.data).change(lambda keys: setattr(keys, "password", None))
    assert (await shared.running.client.get(path)).status_code == 403


async def test_without_a_readable_file_of_passwords_no_link_opens(shared: Shared) -> None:
    """It may be this link's password that can't be read."""
    path = await shared.share()
    (shared.running.settings.data / FILE).write_text("{")
    assert (await shared.running.client.get(path)).status_code == 503


async def test_a_stopped_projector_keeps_no_revoked_link_alive(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables lag behind the log, which knows better."""
    async with stack(msgspec.structs.replace(settings, host="127.0.0.1"), projector=True) as running:
        await _made(running)
        views = running.gateway.views
        async with running.browser() as visitor:
            assert (await visitor.get(f"/s/{'x' * 22}")).status_code == 200
            position = await views.position()

            async def stuck() -> int:
                return position

            views.position = stuck  # type: ignore[method-assign]
            for module in ("commands", "shared"):
                monkeypatch.setattr(f"services.gateway.pages.{module}.CATCH_UP_S", 0.0)
            (event,) = await running.events(AlbumShared)
            await running.post("unshare-album", {"album_id": event.album_id, "link_id": event.link_id})
            assert (await visitor.get(f"/s/{'x' * 22}")).status_code in (404, 503)


async def _made(running: Stack) -> None:
    await running.done("create-album", {"name": "Lake"})
    ((album,),) = [[one["id"] for one in await running.get("/api/albums")]]
    await running.done("share-album", {"album_id": album, "secret_hash": secret_hash("x" * 22)})
