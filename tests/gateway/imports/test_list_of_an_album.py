"""The list that another Albumen exported, right and wrong."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.imports.albumen import BROKEN_LINE, read
from services.gateway.sidecars.facts import NotASidecar

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ID = "0" * 31 + "1"


def line(**fields: Any) -> bytes:
    return json.dumps({"albumen": 1, "id": ID} | fields, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "broken",
    [
        line(id="../../etc/passwd"),
        line(rating=7),
        line(rating=float("nan")),
        line(keywords="Rome"),
        line(user={"categories": [{"id": "dog"}]}),
        line()[:-1],
        b'{"albumen":' + b"[" * 100_000,
        b'{"albumen":"1"}',
        b"\xff\xfe",
        b"",
    ],
)
def test_one_broken_line_is_told_and_the_others_are_read(broken: bytes) -> None:
    told = read(line() + b"\n" + broken + b"\n" + line(title="T") + b"\n", "albumen.jsonl", NOW)
    assert [record.title for record in told.records] == [None, "T"]
    assert told.failures == [("2", BROKEN_LINE)]


@pytest.mark.parametrize("content", [b"", b"\n", b"[]", b'{"id":"a"}', b"\0" * 100])
def test_other_files_are_none(content: bytes) -> None:
    with pytest.raises(NotASidecar):
        read(content, "albumen.jsonl", NOW)


def test_what_nobody_could_have_meant_is_left_out() -> None:
    (record,) = read(
        line(
            title="a\nb\0" + "c" * 5000,
            caption="d\x1b[31m",
            keywords=["", " ", "k" * 500, "k" * 500],
            latitude=91,
            longitude=0,
            taken_at="2999-01-01",
            taken_at_source="exif",
            files=[{"path": "a/b.jpg", "size": 5, "root": "/x", "missing": False}, {"path": "c/d.jpg"}],
            future={"field": [1]},
        ),
        "albumen.jsonl",
        NOW,
    ).records
    assert record.title is not None
    assert len(record.title) == 1000
    assert record.facts.description == "d[31m"
    assert record.facts.keywords == ["k" * 200]
    assert (record.facts.latitude, record.facts.taken_at) == (None, None)
    assert (record.path, record.others, record.size) == ("a/b.jpg", ["c/d.jpg"], 5)


@pytest.mark.parametrize(
    ("taken_at", "source", "date"),
    [
        ("2016-06-12T14:03:00", "exif", ("2016-06-12T14:03:00", 19)),
        ("2016-06-12T14:03:00", "mtime", (None, 0)),
        ("1975-06-01T12:00:00", "user-month", ("1975-06-01T12:00:00", 7)),
        ("1975-01-01T12:00:00", "user-year", ("1975-01-01T12:00:00", 4)),
    ],
)
def test_dates_as_far_as_they_are_known(taken_at: str, source: str, date: tuple[str | None, int]) -> None:
    (record,) = read(line(taken_at=taken_at, taken_at_source=source), "albumen.jsonl", NOW).records
    assert (record.facts.taken_at, record.facts.taken_stated) == date
    (record,) = read(line(user={"date": {"taken_at": taken_at, "source": source}}), "a", NOW).records
    assert (record.facts.taken_at, record.facts.taken_stated) == date
