"""Why a photo is where it is: what a network saw, by category, with the classes behind each. Pure.

Where the read tables hold a higher score than the classes account for, a head gave it (`knowledge/heads.py`).
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from services.gateway.i18n.language import _
from services.gateway.queries.verdicts import SeenClass, Verdict
from services.knowledge import calibration, taxonomy

CATEGORIES: Final = 5
CLASSES: Final = 4
"""Classes listed for each category, and for those without one."""
LEAST: Final = 0.02
"""Scores below this are not worth showing."""
_ROUNDED: Final = 0.001
"""Scores that differ less are the same."""


class Reason(msgspec.Struct, frozen=True):
    id: str | None
    """The category's; None for classes without one, and for a person's own labels."""
    name: str
    score: float
    classes: list[SeenClass]
    """The most likely ones, calibrated like the score; may be none if there is a head."""
    head: float | None = None
    """The score of the head that sees it in the picture as a whole, if that counts."""


class Why(msgspec.Struct, frozen=True):
    model_id: str
    reasons: list[Reason]
    """The most likely category first."""


def why(verdict: Verdict, listed: Mapping[str, tuple[str, str]], labelled: bool = False) -> Why:
    """`listed`: category id -> id and name of the category that it counts towards, for those that pages show.
    `labelled`: the classes are labels of a person's own classifier."""
    if labelled:
        kept = [_reason(None, seen.name, [seen]) for seen in verdict.classes if seen.p >= LEAST]
        return Why(verdict.id, kept[:CATEGORIES])
    behind, none = _behind(verdict, listed)
    heads = _heads(verdict, listed, behind)
    reasons = [_reason(*root, behind.get(root, []), heads.get(root)) for root in {**behind, **heads}]
    reasons.sort(key=lambda reason: (-reason.score, reason.name))
    kept = [reason for reason in reasons if reason.score >= LEAST][:CATEGORIES]
    if none and none[0].p >= LEAST:
        kept.append(_reason(None, _("Nothing that has a category"), none))
    return Why(verdict.id, kept)


def _behind(
    verdict: Verdict, listed: Mapping[str, tuple[str, str]]
) -> tuple[dict[tuple[str, str], list[SeenClass]], list[SeenClass]]:
    """The classes behind each category (its id and name), and those without one; the most likely first."""
    temperature = calibration.temperatures().get(verdict.id, 1.0)
    names = {seen.index: seen.name for seen in verdict.classes}
    behind: dict[tuple[str, str], list[SeenClass]] = {}
    none: list[SeenClass] = []
    of_class = taxonomy.load().of_class
    for index, p in calibration.calibrated([(seen.index, seen.p) for seen in verdict.classes], temperature):
        seen = SeenClass(index, names[index], min(p, 1.0))
        roots = dict.fromkeys(listed[id_] for id_ in of_class(index, p) if id_ in listed)
        for root in roots:
            behind.setdefault(root, []).append(seen)
        if not roots:
            none.append(seen)
    return behind, none


def _heads(
    verdict: Verdict, listed: Mapping[str, tuple[str, str]], behind: Mapping[tuple[str, str], list[SeenClass]]
) -> dict[tuple[str, str], float]:
    """Category (its id and name) -> score that its classes don't account for."""
    scores: dict[tuple[str, str], float] = {}
    for id_, score in verdict.labels.items():
        root = listed.get(id_)
        if root and score > sum(seen.p for seen in behind.get(root, [])) + _ROUNDED:
            scores[root] = max(score, scores.get(root, 0.0))
    return scores


def _reason(
    category_id: str | None, name: str, classes: list[SeenClass], head: float | None = None
) -> Reason:
    score = min(sum(seen.p for seen in classes), 1.0) if head is None else head
    likely = [seen for seen in classes if seen.p >= LEAST / 2][:CLASSES]
    return Reason(category_id, name, score, likely or classes[:1], head)
