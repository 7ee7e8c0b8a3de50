"""Ids, paths, settings, migration."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.log import ids, migrate
from services.kernel.log.sqlite import open_reader, open_writer
from services.kernel.paths import from_text, preview_path, to_text
from services.kernel.settings import Settings, from_environment, to_environment
from tests.support.waiting import PATIENCE_S


def test_new_ids_are_version_7_and_sort_by_birth() -> None:
    found = [ids.new_id() for _ in range(3)]
    assert {one.version for one in found} == {7}
    assert len(set(found)) == 3
    assert [one.int >> 80 for one in found] == sorted(one.int >> 80 for one in found)


@pytest.mark.parametrize(
    ("chance", "expected"),
    [(b"\0", "0198fa2b-4cff-7000-8000-000000000000"), (b"\xff", "0198fa2b-4cff-7fff-bfff-ffffffffffff")],
)
def test_every_bit_of_a_new_id_is_where_the_rfc_has_it(
    monkeypatch: pytest.MonkeyPatch, chance: bytes, expected: str
) -> None:
    """RFC 9562, figure 11: milliseconds, version, 12 random bits, variant, 62 random bits."""
    monkeypatch.setattr("time.time_ns", lambda: 0x0198FA2B4CFF * 1_000_000 + 999_999)
    monkeypatch.setattr(os, "urandom", lambda size: chance * size)
    assert str(ids.new_id()) == expected


def test_derived_ids_depend_on_every_part_and_its_place() -> None:
    assert ids.derived_id("a", 1) == ids.derived_id("a", "1") == UUID(str(ids.derived_id("a", 1)))
    assert len({ids.derived_id(*parts) for parts in [("a", "b"), ("b", "a"), ("ab",), ("a", "b", "")]}) == 4


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("0" * 32, True),
        ("f" * 32, True),
        ("F" * 32, False),
        ("0" * 31, False),
        ("../" + "0" * 29, False),
        ("", False),
    ],
)
def test_only_an_image_id_becomes_a_file_name(text: str, fine: bool) -> None:
    assert ids.is_image_id(text) is fine


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_every_file_name_survives_the_log(name: bytes) -> None:
    """Whatever its bytes, it can be stored as UTF-8 and leads back to the same file."""
    text = to_text(os.fsdecode(name))
    text.encode("utf-8")
    assert os.fsencode(from_text(text)) == name


def test_previews_lie_in_folders_of_their_first_two_digits() -> None:
    assert preview_path(Path("p"), "ab" + "0" * 30) == Path("p/ab/ab" + "0" * 30 + ".jpg")


def test_settings_travel_through_the_environment(tmp_path: Path) -> None:
    sent = Settings(
        data=tmp_path / "d",
        previews=tmp_path / "p",
        photos=(tmp_path / "a", tmp_path / "b c"),
        broker="amqp://localhost/",
        broker_password=tmp_path / "password",
        host="0.0.0.0",
        port=1,
        allowed_hosts=("nas.local", "nas"),
        trusted_network=True,
        tls=True,
        tls_certificate=tmp_path / "certificate.pem",
        tls_key=tmp_path / "key.pem",
        workers=3,
        batch=8,
        model="efficientnet-lite2",
        warm_up=False,
        heartbeat=tmp_path / "beat",
        log_format="json",
        log_level="debug",
    )
    assert from_environment(to_environment(sent)) == sent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("WORKERS", "1.5"),
        ("BATCH", ""),
        ("LOG", "xml"),
        ("LOG_LEVEL", "loud"),
        ("TRUSTED_NETWORK", "yes"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    variables = {f"ALBUMEN_{name}": value, "ALBUMEN_DATA": "/d"}
    if value == "":
        assert from_environment(variables).batch == 32
        return
    with pytest.raises(ValueError, match=f"ALBUMEN_{name}"):
        from_environment(variables)


def test_migration_from_nothing_once(tmp_path: Path) -> None:
    db = open_writer(tmp_path / "events.db", durable=True)
    numbers = [number for number, _ in migrate.steps()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert migrate.migrate(db) == numbers
    assert migrate.migrate(db) == []
    db.close()


def test_a_crash_in_the_middle_leaves_whole_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = migrate.steps()
    broken = [*whole, (len(whole) + 1, "CREATE TABLE extra (x); SELECT no_such_function();")]
    db = open_writer(tmp_path / "events.db", durable=True)
    monkeypatch.setattr(migrate, "steps", lambda: broken)
    with pytest.raises(sqlite3.OperationalError):
        migrate.migrate(db)
    db.close()
    db = open_writer(tmp_path / "events.db", durable=True)
    assert migrate.version(db) == len(whole)
    assert db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").fetchone() == (0,)
    db.close()


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "events.db")
    other.execute("PRAGMA application_id = 42")
    other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(migrate.NotALog):
        migrate.migrate(other)
    other.close()


READS_ON = """
import os, sqlite3, sys
from pathlib import Path
from services.kernel.log.sqlite import open_reader
db = open_reader(Path(sys.argv[1]))
rows = db.execute("SELECT x FROM t")
next(rows)
os.truncate(sys.argv[1], 8192)
try:
    list(rows)
except sqlite3.DatabaseError as error:
    print(error)
"""


def test_a_file_that_is_cut_off_while_it_is_read_is_an_error_not_the_end(tmp_path: Path) -> None:
    """Memory-mapped files would kill the process."""
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE t (x); PRAGMA cache_size = 10;")
        db.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,) for _ in range(3000)])
        db.commit()
    reading = subprocess.run(
        [sys.executable, "-c", READS_ON, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert reading.returncode == 0, reading.stderr
    assert "malformed" in reading.stdout or "I/O" in reading.stdout


def test_a_reader_can_not_write_and_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        open_reader(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
    open_writer(tmp_path / "some.db", durable=False).close()
    reader = open_reader(tmp_path / "some.db")
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("CREATE TABLE x (y)")
    reader.close()
