"""Imports from other programs: taken in once, undone as a whole, and never above what a person says."""

from pathlib import Path
from typing import Any, Final

from services.domain.imports.events import ImportFinished
from tests.support.stack import Stack

NOTHING: Final = {"keywords": [], "people": [], "rating": 0, "title": None, "favorite": False}


def xmp(path: Path, attributes: str = "", inner: str = "") -> None:
    """As Lightroom Classic and darktable write it, by hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:exif="http://ns.adobe.com/exif/1.0/" {attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>""",
        "utf-8",
    )


def bag(name: str, *items: str) -> str:
    texts = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:Bag>{texts}</rdf:Bag></{name}>"


async def shown(stack: Stack, image: str, *names: str) -> dict[str, Any]:
    metadata = (await stack.get(f"/api/images/{image}"))["metadata"]
    return {name: metadata[name] for name in names}


async def ids(stack: Stack) -> list[str]:
    """Of `0.jpg`, `1.jpg`, `2.jpg`."""
    items = (await stack.get("/api/images?sort=taken_at"))["items"]
    return [item["id"] for item in items]


async def test_a_tree_of_xmp_files_is_taken_in_and_taken_back(scanned: Stack, tmp_path: Path) -> None:
    xmp(tmp_path / "tree" / "0.xmp", 'xmp:Rating="4"', bag("dc:subject", "Rome", "Sea"))
    xmp(tmp_path / "tree" / "1.jpg.xmp", 'xmp:Rating="5"', bag("dc:subject", "Rome"))
    xmp(tmp_path / "tree" / "other.xmp", 'xmp:Rating="5"')
    (tmp_path / "tree" / "2.xmp").write_text("<x", "utf-8")
    photos = await ids(scanned)
    status = await scanned.done("import", {"source": str(tmp_path / "tree")})
    assert {name: status[name] for name in ("type", "status", "total", "done", "failed")} == {
        "type": "import_metadata",
        "status": "done",
        "total": 3,
        "done": 2,
        "failed": 2,
    }
    assert {(one["path"], one["reason"]) for one in status["failures"]} == {
        ("2.xmp", "This XMP file is damaged or cut off."),
        ("other", "No photo in the library has this name."),
    }
    assert await shown(scanned, photos[0], "rating", "keywords") == {"rating": 4, "keywords": ["Rome", "Sea"]}
    assert await shown(scanned, photos[1], "rating", "favorite") == {"rating": 5, "favorite": True}
    await scanned.done("undo", {"command_id": status["command_id"]})
    for photo in photos:
        assert await shown(scanned, photo, *NOTHING) == NOTHING
    [finished] = await scanned.events(ImportFinished)
    assert (finished.matches, finished.changed) == (2, 2)


async def test_a_second_run_says_only_what_is_new(scanned: Stack, tmp_path: Path) -> None:
    xmp(tmp_path / "tree" / "0.xmp", 'xmp:Rating="4"', bag("dc:subject", "Rome"))
    await scanned.done("import", {"source": str(tmp_path / "tree")})
    before = len(await scanned.events())
    again = await scanned.done("import", {"source": str(tmp_path / "tree")})
    assert len(await scanned.events()) == before + 2  # begun and ended
    xmp(tmp_path / "tree" / "0.xmp", 'xmp:Rating="5"', bag("dc:subject", "Rome", "Sea"))
    await scanned.done("import", {"source": str(tmp_path / "tree")})
    photos = await ids(scanned)
    assert await shown(scanned, photos[0], "rating", "keywords") == {"rating": 5, "keywords": ["Rome", "Sea"]}
    answer = await scanned.post("undo", {"command_id": again["command_id"]})
    assert (answer.status_code, answer.json()["detail"]) == (422, "There is nothing left to undo.")


async def test_what_a_person_said_stays(scanned: Stack, tmp_path: Path) -> None:
    """Before the import or after it, even if it was to take back what the import had said."""
    words = bag("dc:subject", "Rome", "Sea")
    for number in range(3):
        xmp(tmp_path / "tree" / f"{number}.xmp", 'xmp:Rating="4"', words)
    photos = await ids(scanned)
    await scanned.done("set-rating", {"images": photos[:1], "rating": 1})
    first = await scanned.done("import", {"source": str(tmp_path / "tree")})
    await scanned.done("remove-keywords", {"images": photos[:1], "keywords": ["Sea"]})
    await scanned.done("set-rating", {"images": photos[1:2], "rating": 0})
    given = await scanned.done("set-title", {"images": photos[2:], "title": "Mine"})
    [rated] = [
        row
        for row in await scanned.log()
        if row.kind == "C" and row.type == "add_keywords" and '"Rome"' in row.data
    ]
    await scanned.done("undo", {"command_id": str(rated.event_id)})
    expected = [
        {"rating": 1, "keywords": [], "title": None},
        {"rating": 0, "keywords": ["Sea"], "title": None},
        {"rating": 4, "keywords": ["Sea"], "title": "Mine"},
    ]
    names = ("rating", "keywords", "title")
    for number in range(3):
        xmp(tmp_path / "tree" / f"{number}.xmp", 'xmp:Rating="4"', words + "<dc:title>Theirs</dc:title>")
    await scanned.done("undo", {"command_id": given["command_id"]})
    await scanned.done("set-title", {"images": photos, "title": "Mine"})
    for want in expected:
        want["title"] = "Mine"
    await scanned.done("import", {"source": str(tmp_path / "tree")})
    assert [await shown(scanned, photo, *names) for photo in photos] == expected
    await scanned.done("undo", {"command_id": first["command_id"]})
    assert [await shown(scanned, photo, *names) for photo in photos] == [
        {"rating": 1, "keywords": [], "title": "Mine"},
        {"rating": 0, "keywords": [], "title": "Mine"},
        {"rating": 0, "keywords": [], "title": "Mine"},
    ]


async def test_an_import_that_was_taken_back_can_be_repeated_and_restored(
    scanned: Stack, tmp_path: Path
) -> None:
    xmp(tmp_path / "tree" / "0.xmp", 'xmp:Rating="4"')
    photo = (await ids(scanned))[0]
    source = {"source": str(tmp_path / "tree")}
    first = await scanned.done("import", source)
    undo = await scanned.done("undo", {"command_id": first["command_id"]})
    await scanned.done("undo", {"command_id": undo["command_id"]})
    assert await shown(scanned, photo, "rating") == {"rating": 4}
    before = len(await scanned.events())
    await scanned.done("import", source)
    assert len(await scanned.events()) == before + 2
    redo = [row for row in await scanned.log() if row.type == "undo"][-1]
    await scanned.done("undo", {"command_id": str(redo.event_id)})
    assert await shown(scanned, photo, "rating") == {"rating": 0}
    await scanned.done("import", source)
    assert await shown(scanned, photo, "rating") == {"rating": 4}


async def test_the_history_has_a_line_for_the_import_and_each_photo_its_own(
    scanned: Stack, tmp_path: Path
) -> None:
    for number in range(3):
        xmp(tmp_path / "tree" / f"{number}.xmp", f'xmp:Rating="{number + 1}"')
    status = await scanned.done("import", {"source": str(tmp_path / "tree")})
    page = (await scanned.client.get("/history", headers={"Accept": "text/html"})).text
    assert "3 photos changed" in page
    assert f'value="{status["command_id"]}"' in page
    assert "Rated" not in page
    photo = (await ids(scanned))[1]
    history = (await scanned.get(f"/api/images/{photo}"))["history"]
    assert history[0]["text"] == "Rated 1 photo 2 stars"
    await scanned.done("undo", {"command_id": status["command_id"]})
    page = (await scanned.client.get("/history", headers={"Accept": "text/html"})).text
    assert "Undone" in page
    assert "Restored the rating" not in page


async def test_a_page_starts_reports_and_takes_back(scanned: Stack, tmp_path: Path) -> None:
    xmp(tmp_path / "tree" / "0.xmp", 'xmp:Rating="4"')
    xmp(tmp_path / "tree" / "=1+1.xmp", 'xmp:Rating="4"')
    async with scanned.browser() as browser:
        assert "Full path of the file or folder" in (await browser.get("/import")).text
        answer = await browser.post("/commands/import", data={"source": "photos", "next": "/import"})
        assert answer.status_code == 422
        status = await scanned.done("import", {"source": str(tmp_path / "tree")})
        report = (await browser.get(f"/imports/{status['command_id']}")).text
        assert "No photo in the library has this name." in report
        assert str(tmp_path / "tree") in report
        table = (await browser.get(f"/imports/{status['command_id']}/failures.csv")).text
        assert table.splitlines()[1] == "'=1+1.xmp,'=1+1,No photo in the library has this name."
        assert (await browser.get(f"/imports/{status['command_id']}x")).status_code == 404
        assert status["undoable"] is True
        jobs = (await browser.get("/jobs")).text
        assert "1 of 2 photos are in the library" in jobs
        assert "/commands/undo" in jobs
        await scanned.done("undo", {"command_id": status["command_id"]})
        assert "/commands/undo" not in (await browser.get("/jobs")).text


async def test_a_source_that_is_not_there_is_told(scanned: Stack, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "deep" / "/".join("d" * 70)).mkdir(parents=True)
    for name, reason in (
        ("empty", "There is no file in this folder that Albumen can import from."),
        ("deep", "Folders that lie this deep are not looked into."),
        ("nowhere", "There is no such file or folder."),
        ("notes.txt", "Albumen can’t import from a file of this name."),
    ):
        status = await scanned.done("import", {"source": str(tmp_path / name)})
        assert [one["reason"] for one in status["failures"]] == [reason]
