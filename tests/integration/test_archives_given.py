"""`albumen up takeout.zip`: an archive in place of a folder, the whole way."""

from pathlib import Path

import pytest

from tests.support import photos
from tests.support.album import Album
from tests.support.archives import tarred, zipped

DATED = b'{"title": "%s", "photoTakenTime": {"timestamp": "1560340980"}}'


def members(folder: Path) -> dict[str, bytes]:
    """Two photos in the manner of Google Takeout, one with its JSON."""
    files = {}
    for number in range(2):
        name = f"Takeout/Google Photos/Photos from 2019/{number}.jpg"
        files[name] = photos.write(folder / f"{number}.jpg", number).read_bytes()
    files["Takeout/Google Photos/Photos from 2019/0.jpg.json"] = DATED % b"0.jpg"
    return files


@pytest.mark.parametrize("name", ["takeout-001.zip", "takeout-001.tgz"])
async def test_its_photos_are_shown_where_they_lie(tmp_path: Path, name: str) -> None:
    content = members(tmp_path / "made")
    archive = (zipped if name.endswith(".zip") else tarred)(tmp_path / "given" / name, content)
    before = archive.read_bytes()
    album = Album(archive, tmp_path / "data", None, "--no-classify")
    album.start_all()
    try:
        async with await album.scanned() as client:
            items = (await client.get("/api/images")).json()["items"]
            places = {item["files"][0]: item for item in items}
            photo = "Takeout/Google Photos/Photos from 2019/0.jpg"
            assert sorted(places) == [f"{archive}/{name}" for name in sorted(content) if name.endswith("jpg")]
            dated = places[f"{archive}/{photo}"]
            assert (dated["taken_at_utc"], dated["taken_at_source"]) == ("2019-06-12T12:03:00Z", "takeout")
            original = await client.get(dated["original_url"])
            assert original.content == content[photo]
            part = await client.get(dated["original_url"], headers={"Range": "bytes=2-9"})
            assert (part.status_code, part.content) == (206, content[photo][2:10])
            assert (await client.get(dated["preview_url"])).headers["content-type"] == "image/jpeg"
    finally:
        album.stop_all()
    assert archive.read_bytes() == before
    assert sorted(archive.parent.iterdir()) == [archive]
