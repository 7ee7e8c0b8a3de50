"""Takeout exports through the real scan, up to what the API says about each photo."""

from pathlib import Path
from typing import Any

import pytest

from services.kernel.settings import Settings
from tests.support.shared import shared_folders
from tests.support.stack import stack as running_stack
from tests.support.takeout import ROWS, Row, rows, write

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
    data = tmp_path / "data"
    settings = Settings(data=data, previews=tmp_path / "previews", photos=(export,), workers=2)
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
        for row in rows(export):
            details = await stack.get(f"/api/images/{photos[str(export / row.media)]}")
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
        assert len(rows(export)) == count
        assert sorted(albums.values())[0] == "Album test 6/10/23"
        assert len(albums) == 2
