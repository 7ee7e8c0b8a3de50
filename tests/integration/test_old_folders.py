"""A data folder left behind by an earlier Albumen, killed while working, opens and shows what it showed then.

`folders/<date>.tar.xz` was written by the program of that day; `<date>.json` holds what its pages showed. Neither is
ever changed, except that the history's sentences are worded as they are today; categories that came later are left out.
"""

import asyncio
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.gateway.history.entries import Asked
from services.gateway.i18n.language import speaking
from services.kernel.settings import Settings
from services.projector.rebuild import migrate_views
from tests.support.stack import stack

FOLDERS = Path(__file__).with_name("folders")


async def shown(data: Path) -> dict[str, Any]:
    """The data folder according to the API and the history."""
    settings = Settings(data=data, previews=data / "previews", workers=1)
    await asyncio.to_thread(migrate_views, settings)  # as `up` does before serving pages
    async with stack(settings) as running:
        await running.caught_up()
        gateway = running.gateway
        with speaking("en"):
            history = await gateway.history.recent(gateway.views, Asked(), None, 500)
        albums = await running.get("/api/albums")
        images = await running.get("/api/images")
        categories = await running.get("/api/categories")
        return {
            "head": await gateway.events.head(),
            "albums": [[one["name"], one["q"], one["count"]] for one in albums],
            "images": [
                [one["id"], one["taken_at"], one["taken_at_source"], one["files"], one["categories"]]
                for one in images["items"]
            ],
            "categories": sorted([one["id"], one["name"], one["count"]] for one in categories),
            "history": [
                [entry.position, entry.text, entry.type, bool(entry.command_id)] for entry in history
            ],
        }


@pytest.mark.parametrize("day", sorted(path.stem for path in FOLDERS.glob("*.json")))
async def test_a_folder_of_that_day_opens(tmp_path: Path, day: str) -> None:
    with tarfile.open(FOLDERS / f"{day}.tar.xz") as packed:
        packed.extractall(tmp_path / "data", filter="data")

    now = msgspec.to_builtins(await shown(tmp_path / "data"))
    then = msgspec.json.decode((FOLDERS / f"{day}.json").read_bytes())

    known = {category[0] for category in then["categories"]}
    now["categories"] = [one for one in now["categories"] if one[0] in known]
    assert now == then
