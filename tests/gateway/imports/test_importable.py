"""A scan passes over other programs' files, and says that they can be imported."""

from pathlib import Path

from tests.support.digikam import database
from tests.support.stack import Stack


async def test_a_scan_says_what_can_be_imported(stack: Stack, tmp_path: Path) -> None:
    root = tmp_path / "photos"
    (root / "Rome" / ".picasa.ini").write_text("[IMG_1.jpg]\nstar=yes\n")
    (root / "Rome" / "IMG_1.yml").write_text("UID: a\n")
    (root / "Rome" / "IMG_2.jpg.yaml").write_text("UID: a\n")
    (root / "compose.yml").write_text("services: {}\n")
    (root / "left").mkdir()
    (root / "left" / "Picasa.ini").write_text("[a.jpg]\nstar=yes\n")
    (root / ".albumenignore").write_text("/left/\n")
    database(root / "digikam4.db")
    status = await stack.done("scan")
    assert (status["total"], status["failed"]) == (4, 0)
    [group] = await stack.get("/api/passed-over")
    assert (group["kind"], group["count"]) == ("import", 4)
    assert {Path(path).name for path in group["examples"]} == {
        *(".picasa.ini", "IMG_1.yml", "IMG_2.jpg.yaml", "digikam4.db")
    }
    page = (await stack.client.get("/jobs", headers={"Accept": "text/html"})).text
    assert "4 files of other programs can be imported" in page
    assert f"albumen import {root}" in page
    history = (await stack.client.get("/history?about=jobs", headers={"Accept": "text/html"})).text
    assert "can be imported: albumen import" in history
