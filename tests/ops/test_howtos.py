"""The how-tos in CONTRIBUTING.md are true: each is carried out in a copy of the sources, and then it works.

A block's first line names its file and what to do with the block: nothing for a new file; `+`: append it to the file;
`~ TEXT`: insert it after the line with the text; `= LINE`: replace the line.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
BLOCK: Final = re.compile(r"^```\w+ (\S+)(?: ([+~=]) ?([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION: Final = re.compile(r"^## (\d)\. .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    file: str
    how: str
    anchor: str
    text: str


HOWTOS: Final = {
    int(section[1]): [Block(*found) for found in BLOCK.findall(section[0])]
    for section in SECTION.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
}


def carried_out(number: int, tree: Path) -> None:
    shutil.copytree(ROOT / "services", tree / "services", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "web", tree / "web", symlinks=True)
    for block in HOWTOS[number]:
        path = tree / block.file
        old = path.read_text("utf-8") if path.exists() else ""
        assert bool(old) is bool(block.how), f"{block.file} is there already, or it is not"
        path.write_text(_changed(old, block), "utf-8")


def _changed(old: str, block: Block) -> str:
    if block.how in ("", "+"):
        return old + block.text
    (line,) = [line for line in old.splitlines(keepends=True) if block.anchor in line]
    return old.replace(line, block.text if block.how == "=" else line + block.text)


def works(tree: Path, script: str) -> None:
    """Run in a separate process, with the copy's services and this checkout's tests."""
    path = os.pathsep.join(map(str, (tree, ROOT)))
    ran = subprocess.run(
        [sys.executable, "-c", COMMON + script + "\nasyncio.run(main())\n", str(tree)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]


COMMON: Final = """
import asyncio, sys
from pathlib import Path
from services.kernel.settings import Settings
from tests.support.imported import imported
from tests.support.stack import stack

TREE = Path(sys.argv[1])
SETTINGS = Settings(data=TREE / "data", previews=TREE / "previews", workers=1)
"""

PRINTS: Final = """
async def main():
    async with stack(SETTINGS) as album:
        one, other = await imported(album, 2)
        await album.done("set-prints", {"images": [one], "prints": 3})
        assert (await album.post("set-prints", {"images": [one], "prints": 100})).status_code == 422
        ordered = await album.done("set-prints", {"images": [one], "prints": 5})
        assert (await album.get(f"/api/images/{one}"))["details"]["prints"] == 5
        assert (await album.get(f"/api/images/{other}"))["details"]["prints"] is None
        for text, ids in (("prints:4..5", [one]), ("prints:5", [one]), ("prints:..4", []), ("-prints:1..", [other])):
            found = await album.get(f"/api/images?q={text}")
            assert [item["id"] for item in found["items"]] == ids, text
        page = (await album.client.get(f"/images/{one}", headers={"Accept": "text/html"})).text
        assert "5 prints</button>" in page, page.count("/commands/set-prints")
        assert "Ordered 5 prints of 1 photo" in page
        form = {"images": one, "prints": "1", "next": "/"}
        toast = await album.client.post("/commands/set-prints", data=form, headers={"HX-Request": "true"})
        assert "Ordered 1 print of 1 photo" in toast.headers["HX-Trigger"]
        await album.done("undo", {"command_id": toast_id(toast)})
        await album.done("undo", {"command_id": ordered["command_id"]})
        assert (await album.get(f"/api/images/{one}"))["details"]["prints"] == 3
        assert "Ordered 5 prints of 1 photo" in (await album.client.get("/history?about=photos")).text

def toast_id(answer):
    import json
    return json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
"""

PAGE: Final = """
async def main():
    async with stack(SETTINGS) as album:
        await imported(album, 3)
        assert "JPEG: 3" in (await album.client.get("/formats", headers={"Accept": "text/html"})).text
"""

FORMAT: Final = """
from services.gateway.listing.walk import walk
from services.knowledge.formats import Kind
from services.knowledge.suffixes import is_of

async def main():
    assert is_of("a.nut", Kind.FILM)
    root = TREE / "photos"
    root.mkdir()
    (root / "a.nut").write_bytes(b"nut/")
    (folder,) = walk(root)
    assert [item.path for item in folder.pictures] == ["a.nut"]
"""

SIDECAR: Final = """
from services.gateway.listing.walk import walk

async def main():
    root = TREE / "photos"
    root.mkdir()
    (root / "a.jpg").write_bytes(b"")
    (root / "a.jpg.toy").write_text("2001-02-03T04:05:06")
    (folder,) = walk(root)
    assert [item.name for item in folder.beside] == ["a.jpg.toy"]
"""

CATEGORY: Final = """
async def main():
    async with stack(SETTINGS) as album:
        await imported(album, 1)
        names = {one["id"]: one["name"] for one in await album.get("/api/categories")}
        assert names["lapdog"] == "Lap dog"
    from services.knowledge import taxonomy
    assert ("lapdog", 0.9) in [(one[0], round(one[1], 2)) for one in taxonomy.load().kept([(151, 0.9)], 1.0)]
"""


@pytest.mark.parametrize(
    ("number", "script"),
    [(1, PRINTS), (2, PAGE), (3, FORMAT), (4, SIDECAR), (5, CATEGORY)],
    ids=["star rating", "page", "format", "sidecar", "category"],
)
def test_a_howto_works(tmp_path: Path, number: int, script: str) -> None:
    carried_out(number, tmp_path)
    works(tmp_path, script)


@pytest.mark.parametrize(
    ("number", "code", "templates"), [(1, 4, 1), (2, 3, 1), (3, 1, 0), (4, 2, 0), (5, 0, 0)]
)
def test_an_idea_costs_few_files(number: int, code: int, templates: int) -> None:
    """A star rating once took more than twenty."""
    files = {block.file for block in HOWTOS[number]}
    html = {file for file in files if file.endswith(".html")}
    assert len(html) <= templates
    assert len([file for file in files - html if not file.endswith(".tsv")]) <= code
