"""The cost of one more sidecar format: its reader, and a line in the table. Tried in a copy of the services."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]
READER = '''"""Files that hold nothing but a date."""

from datetime import datetime
from typing import Final

from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import PictureFacts


def read(content: bytes, now: datetime) -> PictureFacts:
    return PictureFacts(taken_at=content.decode())


SIDECAR: Final = Sidecar(read=read)
'''
ROW = '    Sidecar("toy", ".toy"),\n'
BEFORE = '    Sidecar("takeout"'
WHOLE_WAY = """
import asyncio, sys
from pathlib import Path
from services.gateway.running.facts import Facts, sidecar_read
from services.gateway.workers.pool import WorkerPool
from services.gateway.sidecars.matching import match
from services.gateway.listing.walk import walk
from services.gateway.i18n.wording import date_source
from services.kernel.log import codec
from services.domain.files.events import ImageImported
from tests.support.given import given

async def main(root: Path) -> None:
    (folder,) = walk(root)
    assert match(["a.jpg"], [item.name for item in folder.beside]) == {"a.jpg": ["a.jpg.json", "a.jpg.toy"]}
    pool = WorkerPool(root / "previews", workers=1)
    read = [(item, await pool.sidecar(root, item.path)) for item in folder.beside]
    await pool.close()
    facts = Facts("00000000-0000-0000-0000-000000000001")
    records = [facts.said(root, item, sidecar_read(root, item, "a", one, False)) for item, one in read]
    told = [codec.decode_event(one.type, one.schema_version, one.data) for one in records]
    picture = ImageImported(image_id="a", format="JPEG", size=1, width=1, height=1, colour="#000000",
        taken_at="2021-01-01T00:00:00+00:00", taken_at_source="mtime")
    given(picture, *told).then("SELECT taken_at, taken_at_source FROM image", ("2001-02-03T04:05:06", "toy"))
    assert date_source("toy") == "toy"

asyncio.run(main(Path(sys.argv[1])))
"""


def test_one_more_format_is_one_module_and_one_line(tmp_path: Path) -> None:
    services = tmp_path / "tree" / "services"
    shutil.copytree(ROOT / "services", services, ignore=shutil.ignore_patterns("__pycache__"))
    (services.parent / "web").symlink_to(ROOT / "web")
    (services / "gateway/sidecars/toy.py").write_text(READER, "utf-8")
    table = services / "knowledge/sidecars.py"
    before, line, after = table.read_text("utf-8").partition(BEFORE)
    assert line
    table.write_text(f"{before}{ROW}{line}{after}", "utf-8")
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg.toy").write_text("2001-02-03T04:05:06", "utf-8")
    (photos / "a.jpg.json").write_text(
        '{"title": "a.jpg", "photoTakenTime": {"timestamp": "1000000000"}}', "utf-8"
    )

    path = os.pathsep.join(map(str, (services.parent, ROOT)))
    ran = subprocess.run(
        [sys.executable, "-c", WHOLE_WAY, str(photos)],
        cwd=services.parent,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
