"""The one place where parts of the program report what is wrong; pages, `/readyz` and `/metrics` show it."""

from collections.abc import Iterable
from typing import Final

import structlog
from prometheus_client import Gauge

from services.gateway.health.condition import CODES, Condition
from services.gateway.i18n.speech import spoken

log = structlog.get_logger(__name__)

_GAUGE: Final = Gauge("albumen_condition", "1 while something is wrong, by its code", ["code"])


class Health:
    """At most one condition for each code. For the event loop's thread only."""

    def __init__(self) -> None:
        self._conditions: dict[str, Condition] = {}
        for code in CODES:
            _GAUGE.labels(code).set(0)

    def report(self, condition: Condition) -> None:
        """It holds until cleared; reporting the code again replaces it. Raises ValueError for a code not in CODES."""
        code = condition.code
        if code not in CODES:
            raise ValueError(f"{code} is not among the codes of conditions.")
        if code not in self._conditions:
            log.warning("something is wrong", code=code, problem=spoken(condition.problem))
        self._conditions[code] = condition
        _GAUGE.labels(code).set(1)

    def clear(self, code: str) -> None:
        if self._conditions.pop(code, None):
            log.info("it is well again", code=code)
            _GAUGE.labels(code).set(0)

    def update(self, codes: Iterable[str], conditions: Iterable[Condition]) -> None:
        """Of these codes, exactly these conditions hold now."""
        current = {condition.code: condition for condition in conditions}
        for code in codes:
            if code not in current:
                self.clear(code)
        for condition in current.values():
            self.report(condition)

    @property
    def conditions(self) -> list[Condition]:
        """The most urgent first."""
        return [self._conditions[code] for code in CODES if code in self._conditions]

    @property
    def grave(self) -> bool:
        return any(condition.grave for condition in self._conditions.values())
