"""Takeout exports through the real scan, up to what the API says about each photo."""

from pathlib import Path
from typing import Any

import pytest

from services.kernel.settings import Settings
from tests.support import archives
from tests.support.shared import shared_folders
from tests.support.stack import stack as running_stack
from tests.support.takeout import ROWS, Row, rows, write

pytestmark = pytest.mark.workers

CORRECTED = {
    # Its JSON says "archived": true.
    "real-1/Takeout/Google Photos/Album test 6-10-23/PXL_20231006_063536303.jpg": {"archived": "true"},
    # Google writes 0 for unknown.
    "Takeout/Google Photos/Photos from 2019/zero-time.jpg": {"taken_utc_from_sidecar": ""},
    "made/Takeout/Google Photos/Photos from 2019/zero-time.jpg": {"taken_utc_from_sidecar": ""},
}
"""Where the table and the export differ."""


def expected(row: Row) -> dict[str, Any]:
    wanted = row._replace(**CORRECTED.get(row.media, {}))
    return {
        "taken_at_utc": wanted.taken_utc_from_sidecar,
        "latitude": float(wanted.latitude) if wanted.latitude else None,
        "longitude": float(wanted.longitude) if wanted.longitude else None,
        "description": wanted.description or None,
        "favorite": wanted.favorited == "true",
        "archived": wanted.archived == "true",
        "trashed": wanted.trashed == "true",
        "album": wanted.album or None,
    }


@pytest.mark.parametrize(
    ("export", "count"),
    [(None, len(ROWS)), *((place, 46) for place in shared_folders("takeout"))],
    ids=lambda value: "real" if isinstance(value, Path) else "made" if value is None else "",
)
async def test_every_row_of_the_table_comes_out(tmp_path: Path, export: Path | None, count: int) -> None:
    export = export or write(tmp_path / "export")
    places = {row.media: str(export / row.media) for row in rows(export)}
    await comes_out(tmp_path, export, rows(export), places)
    assert len(rows(export)) == count


@pytest.mark.parametrize("suffix", [".zip", ".tgz", ".tar"])
async def test_parts_come_out_of_their_archives_as_they_would_from_folders(
    tmp_path: Path, suffix: str
) -> None:
    """Two archives, the JSON files in the other one than their pictures."""
    export, folder = write(tmp_path / "export"), tmp_path / "downloads"
    first, second = (f"takeout-20240115T083000Z-00{part}{suffix}" for part in (1, 2))
    members = archives.files(export / "made") if (export / "made").is_dir() else archives.files(export)
    texts = {name: content for name, content in members.items() if name.endswith(".json")}
    archives.packed(folder / first, {name: members[name] for name in members.keys() - texts.keys()})
    archives.packed(folder / second, texts)
    places = {row.media: str(folder / first / row.media.removeprefix("made/")) for row in rows(export)}
    await comes_out(tmp_path, folder, rows(export), places)


async def comes_out(tmp_path: Path, root: Path, table: list[Row], places: dict[str, str]) -> None:
    """`places`: where the photo of each row is."""
    data = tmp_path / "data"
    settings = Settings(data=data, previews=tmp_path / "previews", photos=(root,), workers=2)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        items = (await stack.get("/api/images?limit=500"))["items"]
        for state in ("archived", "trashed"):  # neither is in the timeline
            apart = (await stack.get(f"/api/images?limit=500&q=is:{state}"))["items"]
            assert not {one["id"] for one in apart} & {one["id"] for one in items}
            items += apart
        photos = {file: item["id"] for item in items for file in item["files"]}
        albums = {album["id"]: album["name"] for album in await stack.get("/api/albums")}
        wrong = {}
        for row in table:
            details = await stack.get(f"/api/images/{photos[places[row.media]]}")
            wanted = expected(row)
            found = {name: details["metadata"].get(name) for name in wanted} | {
                "taken_at_utc": details["taken_at_utc"][:19] + "Z" if wanted["taken_at_utc"] else "",
                "album": next((albums[one] for one in details["albums"]), None) if wanted["album"] else None,
            }
            if not row.sidecar:  # without a sidecar there are no place and words
                wanted |= {name: found[name] for name in ("latitude", "longitude", "description")}
            for name in ("latitude", "longitude"):
                if wanted[name] is not None and found[name] is not None:
                    wanted[name] = pytest.approx(wanted[name], abs=1e-3)
            if found != wanted:
                wrong[row.media] = (found, wanted)
        assert wrong == {}
        assert sorted(albums.values())[0] == "Album test 6/10/23"
        assert len(albums) == 2
