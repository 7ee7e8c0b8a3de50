"""Flushing to disk, also where that takes a second call."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from services.kernel import durable

FULL = 51
"""F_FULLFSYNC's number on macOS."""


@pytest.mark.parametrize("known", [True, False])
def test_the_disks_own_cache_is_flushed_where_the_system_has_a_call_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """A network disk without the call is flushed by the usual one."""
    calls: list[str] = []

    def full(_handle: int, command: int) -> None:
        assert command == FULL
        calls.append("F_FULLFSYNC")
        if not known:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", FULL, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda _: calls.append("fsync"))
    durable.fsync(tmp_path)
    assert calls == ["fsync", "F_FULLFSYNC"]
