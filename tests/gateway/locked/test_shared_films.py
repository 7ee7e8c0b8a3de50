"""Films behind a share link: they play, in parts too, and tell nothing of where and with what they were taken."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import av
import msgspec
import pytest
from litestar.exceptions import LitestarException

from services.domain.albums.events import AlbumCreated
from services.gateway.access.keyring import Role
from services.gateway.media.film_copies import FilmCopies
from services.gateway.media.viewing import Viewing
from services.gateway.queries.images import Image
from services.gateway.workers.worker_protocol import FilmCopy
from services.kernel.settings import Settings
from tests.gateway.library.test_motion import GOOGLE
from tests.gateway.locked.conftest import Locked, Shared, with_password
from tests.support.films import film, pictures
from tests.support.photos import encoded, exif, picture, write
from tests.support.stack import stack

SECRETS = (b"SECRET", b"47.5", b"whose", b"SERIAL")


@pytest.fixture
async def films(settings: Settings, tmp_path: Path) -> AsyncIterator[Shared]:
    """An album of a film, a motion photo, a live photo and a picture; a film that is in no album; one of a kind that
    browsers can't play."""
    root = tmp_path / "photos" / "where-we-live"
    root.mkdir(parents=True)
    clip = film("mp4", "libx264")
    (root / "whose-1.mov").write_bytes(film("mov", "libx264", "aac"))
    (root / "whose-2.jpg").write_bytes(encoded(picture(2), xmp=(GOOGLE % len(clip)).encode()) + clip)
    write(root / "IMG_0003.JPG", 3, exif=exif("2019:03:04 05:06:07"))
    (root / "IMG_0003.MOV").write_bytes(film("mov", "libx264", seconds=2))
    write(root / "whose-4.jpg", 4)
    (root / "whose-5.mp4").write_bytes(film("mp4", "libx264", seconds=3))
    async with stack(
        msgspec.structs.replace(settings, photos=(tmp_path / "photos",), host="127.0.0.1")
    ) as running:
        await running.done("scan")
        items = (await running.get("/api/images"))["items"]
        named = {Path(item["files"][0]).name: item["id"] for item in items}
        with_password(settings)
        locked = Locked(running, running.gate)
        own = Shared(locked, locked.token(Role.OWNER))
        own.ids = [
            named[name]
            for name in ("whose-1.mov", "whose-2.jpg", "IMG_0003.JPG", "whose-4.jpg", "whose-5.mp4")
        ]
        await own.command("create-album", name="Lake", images=own.ids[:4])
        (own.album,) = [event.album_id for event in await running.events(AlbumCreated)]
        yield own


async def test_a_film_a_motion_photo_and_a_live_photo_play(films: Shared) -> None:
    path = await films.share()
    async with films.running.browser() as visitor:
        for image_id, count in zip(films.ids, (10, 10, 20), strict=False):
            answer = await visitor.get(f"{path}/{image_id}/film")
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
            assert len(pictures(answer.content)) == count
            whole = answer.content + str(answer.headers).encode()
            assert [secret for secret in SECRETS if secret in whole] == []
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            page = await visitor.get(f"{path}/{image_id}")
            assert f'src="{path}/{image_id}/film"' in page.text


async def test_what_is_no_film_or_not_in_the_album_is_none(films: Shared) -> None:
    path = await films.share(downloads="1")
    async with films.running.browser() as visitor:
        for image_id in films.ids[3:]:
            assert (await visitor.get(f"{path}/{image_id}/film")).status_code == 404
        assert (await visitor.get(f"{path}/{films.ids[4]}/download")).status_code == 404
        assert "<video" not in (await visitor.get(f"{path}/{films.ids[3]}")).text


async def test_players_ask_for_parts(films: Shared) -> None:
    path = f"{await films.share()}/{films.ids[0]}/film"
    async with films.running.browser() as visitor:
        whole = await visitor.get(path)
        size = len(whole.content)
        assert (whole.headers["Accept-Ranges"], whole.headers["Content-Length"]) == ("bytes", str(size))
        part = await visitor.get(path, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 100-199/{size}")
        assert part.content == whole.content[100:200]
        end = await visitor.get(path, headers={"Range": "bytes=-50"})
        assert (end.status_code, end.content) == (206, whole.content[-50:])
        beyond = await visitor.get(path, headers={"Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
        head = await visitor.head(path)
        assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(size), b"")


async def test_each_part_is_refused_once_the_link_is_dead(films: Shared) -> None:
    """However well the browser knows the film: its ETag opens nothing."""
    path = await films.share()
    async with films.running.browser() as visitor:
        answer = await visitor.get(f"{path}/{films.ids[0]}/film")
        known = {"If-None-Match": answer.headers["ETag"], "If-Range": answer.headers["ETag"]}
        (link_id,) = await films.link_ids()
        await films.command("unshare-album", album_id=films.album, link_id=link_id)
        for headers in ({}, {"Range": "bytes=0-1"}, known, {**known, "Range": "bytes=0-1"}):
            assert (await visitor.get(f"{path}/{films.ids[0]}/film", headers=headers)).status_code == 404


async def test_a_film_with_a_password_needs_it(films: Shared) -> None:
    path = await films.share(password="a passphrase", downloads="1")
    async with films.running.browser() as visitor:
        for place in (f"{path}/{films.ids[0]}/film", f"{path}/download"):
            answer = await visitor.get(place, headers={"Range": "bytes=0-1"})
            assert answer.status_code == 401
            assert b"ftyp" not in answer.content and not answer.content.startswith(b"PK")


async def test_it_is_copied_once_for_all_who_ask(films: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    make = FilmCopies._make

    async def counted(self: FilmCopies, image: Image, what: FilmCopy) -> Path | None:
        made.append(image.image_id)
        return await make(self, image, what)

    monkeypatch.setattr(FilmCopies, "_make", counted)
    path = await films.share()
    async with films.running.browser() as visitor:
        answers = await asyncio.gather(*(visitor.get(f"{path}/{films.ids[0]}/film") for _ in range(5)))
        again = await visitor.get(f"{path}/{films.ids[0]}/film")
    assert {answer.content for answer in answers} == {again.content}
    assert made == [films.ids[0]]
    large = films.running.settings.data / "large"
    assert [file.suffix for file in large.rglob("*") if file.is_file()] == [".film"]


async def test_a_download_of_a_film_is_its_copy(films: Shared) -> None:
    path = await films.share(downloads="1")
    async with films.running.browser() as visitor:
        film_ = await visitor.get(f"{path}/{films.ids[0]}/download")
        motion = await visitor.get(f"{path}/{films.ids[1]}/download")
    assert len(pictures(film_.content)) == 10
    assert film_.headers["Content-Disposition"].startswith('attachment; filename="2019-')
    assert film_.headers["Content-Disposition"].endswith(".mp4")
    assert motion.headers["Content-Type"] == "image/jpeg"


async def test_the_zip_holds_the_album_and_nothing_that_it_does_not_show(films: Shared) -> None:
    path = await films.share(downloads="1")
    async with films.running.browser() as visitor:
        answer = await visitor.get(f"{path}/download")
        assert f'href="{path}/download"' in (await visitor.get(path)).text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Lake.zip"')
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    suffixes = sorted(name.rpartition(".")[2] for name in files)
    assert suffixes == ["jpg", "jpg", "jpg", "mp4", "mp4", "mp4"]
    assert all(name.startswith("Lake/") for name in files)
    for name, content in files.items():
        for secret in (*SECRETS, b"IMG_0003"):
            assert secret not in content + name.encode(), (name, secret)
        if name.endswith(".mp4"):
            with av.open(io.BytesIO(content)) as container:
                assert not {"location", "title", "comment"} & set(container.metadata)


async def test_a_zip_names_what_could_not_be_opened(films: Shared) -> None:
    for file in films.running.settings.photos[0].rglob("whose-4.jpg"):
        file.unlink()
    path = await films.share(downloads="1")
    async with films.running.browser() as visitor:
        answer = await visitor.get(f"{path}/download")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    missing = archive.read("Lake/MISSING.txt").decode()
    assert "could not be opened" in missing and "whose" not in missing
    assert len(archive.namelist()) == 6


async def test_a_zip_only_where_downloads_are_allowed(films: Shared) -> None:
    path = await films.share()
    async with films.running.browser() as visitor:
        assert (await visitor.get(f"{path}/download")).status_code == 404
        assert "/download" not in (await visitor.get(path)).text


async def test_a_film_that_browsers_cannot_play_is_coded_anew(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/old.mp4").write_bytes(film("mp4", "mpeg4"))
    async with stack(
        msgspec.structs.replace(settings, photos=(tmp_path / "photos",), host="127.0.0.1")
    ) as it:
        await it.done("scan")
        locked = Locked(it, it.gate)
        own = Shared(locked, {})
        own.ids = [item["id"] for item in (await it.get("/api/images"))["items"]]
        await own.command("create-album", name="Lake", images=own.ids)
        (own.album,) = [event.album_id for event in await it.events(AlbumCreated)]
        path = await own.share()
        async with it.browser() as visitor:
            answer = await visitor.get(f"{path}/{own.ids[0]}/film")
            assert answer.status_code == 404
            assert "can’t be played" in answer.text
            assert (
                f'<source src="{path}/{own.ids[0]}/video"' in (await visitor.get(f"{path}/{own.ids[0]}")).text
            )
            coded = await visitor.get(f"{path}/{own.ids[0]}/video")
            assert (coded.status_code, len(pictures(coded.content))) == (200, 10)
            assert [secret for secret in SECRETS if secret in coded.content] == []
            assert (await visitor.get(f"{path}/{own.ids[0]}/large")).status_code == 200


async def test_a_zip_ends_when_its_link_is_revoked(films: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the next photo, and the browser reports that it failed."""
    path = await films.share(downloads="1")
    (link_id,) = await films.link_ids()
    large, made = Viewing.large, list[str]()

    async def revoked_meanwhile(self: Viewing, image_id: str, rotation: int) -> bytes | None:
        made.append(image_id)
        content = await large(self, image_id, rotation)
        await films.command("unshare-album", album_id=films.album, link_id=link_id)
        return content

    monkeypatch.setattr(Viewing, "large", revoked_meanwhile)
    async with films.running.browser() as visitor:
        with pytest.raises(LitestarException, match="after response started"):
            await visitor.get(f"{path}/download")
    assert len(made) == 1
