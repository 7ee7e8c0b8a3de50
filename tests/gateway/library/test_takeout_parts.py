"""A Takeout export in several parts: which folders belong together, and that sidecars find their pictures."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.listing.parts import joined
from services.gateway.listing.walk import Folder, walk
from services.gateway.sidecars.takeout_parts import PART_EXAMPLES, part_place
from services.kernel.settings import Settings
from tests.support.photos import encoded, picture
from tests.support.stack import stack as running_stack


@pytest.mark.parametrize("path", PART_EXAMPLES)
def test_where_a_folder_lies_in_which_export(path: str) -> None:
    assert part_place(path) == PART_EXAMPLES[path]


@given(st.text() | st.lists(st.sampled_from(["Takeout", "takeout-1", "(2)", "", "x"])).map("/".join))
def test_any_path_has_a_place_or_none(path: str) -> None:
    found = part_place(path)
    assert found is None or path.startswith(found.around)


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


def together(root: Path) -> dict[str, list[str]]:
    """Folder -> the others of its export's parts."""
    folders = [item for item in joined(root, walk(root)) if isinstance(item, Folder)]
    return {folder.path: [other.path for other in folder.elsewhere] for folder in folders}


def test_folders_of_one_export_belong_together(tmp_path: Path) -> None:
    for name in (
        *(
            "z-1/Takeout/Fotos/Rome/a.jpg",
            "z-2/Takeout/Fotos/Rome/a.jpg.json",
            "z-3/Takeout/Fotos/Oslo/b.jpg",
        ),
        *("y-2/Takeout/Fotos/Rome/c.jpg", "zz/Rome/d.jpg"),
    ):
        touch(tmp_path / name)
    assert together(tmp_path) == {
        "y-2/Takeout/Fotos/Rome": [],
        "zz/Rome": [],
        "z-1/Takeout/Fotos/Rome": ["z-2/Takeout/Fotos/Rome"],
        "z-2/Takeout/Fotos/Rome": ["z-1/Takeout/Fotos/Rome"],
        "z-3/Takeout/Fotos/Oslo": [],
    }


def test_only_exports_in_parts_wait_for_the_end_of_the_walk(tmp_path: Path) -> None:
    for name in ("a/Takeout/Fotos/a.jpg", "b-1/Takeout/b.jpg", "b-2/Takeout/b.jpg", "c/c.jpg"):
        touch(tmp_path / name)
    assert list(together(tmp_path)) == ["a/Takeout/Fotos", "c", "b-1/Takeout", "b-2/Takeout"]


async def test_a_sidecar_in_another_part_describes_its_picture(tmp_path: Path) -> None:
    """But not a picture with the same name as one that lies beside it."""
    root, inside = tmp_path / "export", "Takeout/Google Photos/Photos from 2011"
    one, two = root / "takeout-20240102T030405Z-001" / inside, root / "takeout-20240102T030405Z-002" / inside
    for number, (folder, name) in enumerate(((one, "a.jpg"), (two, "b.jpg"), (one, "c.jpg"), (two, "c.jpg"))):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(encoded(picture(number)))
    for folder, name in ((two, "a.jpg.supplemental-metadata.json"), (one, "b.jpg.json"), (one, "c.jpg.json")):
        text = {"title": name[:5], "description": name, "photoTakenTime": {"timestamp": "1300000000"}}
        (folder / name).write_text(json.dumps(text), "utf-8")
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(root,), workers=1)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        items = (await stack.get("/api/images?limit=10"))["items"]
        described = {
            str(Path(file).relative_to(root)).replace(inside, "…"): (
                await stack.get(f"/api/images/{item['id']}")
            )["metadata"]["description"]
            for item in items
            for file in item["files"]
        }
    assert described == {
        "takeout-20240102T030405Z-001/…/a.jpg": "a.jpg.supplemental-metadata.json",
        "takeout-20240102T030405Z-002/…/b.jpg": "b.jpg.json",
        "takeout-20240102T030405Z-001/…/c.jpg": "c.jpg.json",
        "takeout-20240102T030405Z-002/…/c.jpg": None,
    }
