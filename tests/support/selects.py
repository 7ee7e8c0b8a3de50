"""The SQL statements of a request, without those of tasks that run beside it, like the one that counts for the rail."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

import aiosqlite
import pytest

_OURS: Final = ContextVar("ours", default=False)


def of_requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each statement of a request in the caller's context: call it in the test itself, since fixtures have
    contexts of their own."""
    statements: list[str] = []
    fetch = aiosqlite.Connection.execute_fetchall

    def noted(db: aiosqlite.Connection, sql: str, parameters: Iterable[Any] | None = None) -> Any:
        if _OURS.get():
            statements.append(sql)
        return fetch(db, sql, parameters)

    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", noted)
    _OURS.set(True)
    return statements
