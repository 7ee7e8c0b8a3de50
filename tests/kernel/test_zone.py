"""How the computer's settings name its time zone."""

from pathlib import Path

import pytest

from services.kernel import zone
from services.kernel.zone import local_zone


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("America/New_York", "America/New_York"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("", "UTC"),
        ("CET-1CEST", "CET-1CEST"),
    ],
)
def test_the_variable_outranks_the_files(monkeypatch: pytest.MonkeyPatch, variable: str, name: str) -> None:
    """Empty, it means UTC."""
    monkeypatch.setenv("TZ", variable)
    assert list(local_zone()) == [name]


def test_without_it_the_files_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    link, name = tmp_path / "localtime", tmp_path / "timezone"
    monkeypatch.setattr(zone, "_LINK", link)
    monkeypatch.setattr(zone, "_NAME", name)
    assert list(local_zone()) == []
    link.write_bytes(b"TZif2")  # a copy: its name is lost
    assert list(local_zone()) == []
    name.write_text("Europe/Vienna\n")
    assert list(local_zone()) == ["Europe/Vienna"]
    link.unlink()
    link.symlink_to("../usr/share/zoneinfo/America/Argentina/Salta")
    assert list(local_zone()) == ["America/Argentina/Salta", "Europe/Vienna"]
    name.write_bytes(b"\xff\xfe")
    assert list(local_zone()) == ["America/Argentina/Salta"]
