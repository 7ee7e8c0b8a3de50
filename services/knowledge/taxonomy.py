"""From the network's 1000 classes to the categories and groups that people think in.

The tables are built by `ops/taxonomy` and committed. A category's score is the sum of its classes' probabilities:
fifty kinds of terrier are one dog. A class that is often taken for something else may add to a category only from some
probability (`insect@0.8`: a bee is half the time a flower), or only below it (`plant<0.8`). Nothing here is in the log,
so a better table only takes a rebuild of the read tables, never another run of the network.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

FLOOR: Final = 0.1
"""The lowest possible threshold."""

_CLASS_COUNT: Final = 1000
_SLACK: Final = 1e-6
"""More than sums of probabilities lose by rounding."""
DOCUMENT: Final = "kind-document"
PAPER: Final = (549, 916, 917, 918, 921, 922)
"""Classes that show text, printed or on a screen: envelope, web site, comic, crossword, book jacket, menu."""

Classes = Sequence[tuple[int, float]]
"""(class index, probability) pairs, best first."""
Kind = Literal["group", "category"]


class Class(msgspec.Struct, frozen=True):
    """One output of the network."""

    index: int
    wnid: str
    """Its WordNet 3.0 noun: `n` and the offset."""
    name: str


class BuiltinCategory(msgspec.Struct, frozen=True):
    """A category or a group of categories."""

    id: str
    name: str
    group_id: str | None
    """None for a group."""
    kind: Kind
    threshold: float
    """Pictures with at least this score are shown in it, until a person changes it."""
    everyday: bool
    """False for things found in half of all pictures without being their subject."""


class WhenSure(msgspec.Struct, frozen=True):
    """What a class adds to from some probability on, where that differs from what it adds to below it."""

    least: float
    """More than a half, so only the best class can reach it."""
    ids: tuple[str, ...]


class BrokenTaxonomy(Exception):
    """The tables contradict each other: build them again (`ops/taxonomy`)."""


class Taxonomy:
    """Both tables, ready for use. Scores are those of one picture and one model."""

    def __init__(self, classes_tsv: str, categories_tsv: str) -> None:
        """Raises BrokenTaxonomy."""
        self.categories: Mapping[str, BuiltinCategory] = {
            row[0]: BuiltinCategory(
                row[0], row[1], row[2] or None, _kind(row[3]), float(row[4]), row[5] == "1"
            )
            for row in _rows(categories_tsv)
        }
        """By id, groups before their categories."""
        rows = _rows(classes_tsv)
        self.classes: Sequence[Class] = [Class(int(row[0]), row[1], row[2]) for row in rows]
        """By index."""
        if [c.index for c in self.classes] != list(range(len(rows))):
            raise BrokenTaxonomy("classes.tsv must hold each class once, in order.")
        self._adds: dict[int, tuple[str, ...]] = {}
        self._sure: dict[int, WhenSure] = {}
        for row in rows:
            self._place(int(row[0]), [entry for entry in row[3].split(";") if entry])

    def of_class(self, index: int, probability: float | None = None) -> tuple[str, ...]:
        """The categories and groups that a class contributes to with this probability, by default with any; for some
        classes intentionally none."""
        sure, always = self._sure.get(index), self._adds.get(index, ())
        if sure is None:
            return always
        if probability is None:
            return tuple(dict.fromkeys([*sure.ids, *always]))
        return sure.ids if probability >= sure.least else always

    def scores(self, classes: Classes) -> dict[str, float]:
        """Category or group -> sum of its classes' probabilities. Classes that are not in the table are ignored."""
        scores: dict[str, float] = {}
        for index, probability in classes:
            for category_id in self.of_class(index, probability):
                scores[category_id] = scores.get(category_id, 0.0) + probability
        return scores

    def kept(self, classes: Classes, temperature: float = 1.0) -> list[tuple[str, float]]:
        """(category or group, score) of at least `FLOOR`, best first: everything that a threshold could ever show.

        Same as `scores` of `calibration.calibrated`, in one pass, as a replay runs this for every photo. Once all that
        is left is less than `FLOOR`, it only counts for what has something already.
        """
        raised, total = _raised(classes, temperature)
        if not raised or not total:
            return []
        remaining = sum(raised)
        least, enough = FLOOR * total, (FLOOR - _SLACK) * total
        rest = zip(classes, raised, strict=True)
        (best, _), value = next(rest)
        sums = dict.fromkeys(self.of_class(best, value / total), value)
        remaining -= value
        added = self._adds.get
        for (index, _), value in rest:
            for category_id in added(index, ()):
                sums[category_id] = sums[category_id] + value if category_id in sums else value
            remaining -= value
            if remaining < enough:
                break
        for (index, _), value in rest:
            for category_id in added(index, ()):
                if category_id in sums:
                    sums[category_id] += value
        # `round` would take four times as long
        kept = [(c, min(int(s / total * 1e6 + 0.5) / 1e6, 1.0)) for c, s in sums.items() if s >= least]
        return sorted(kept, key=lambda item: (-item[1], item[0]))

    def _place(self, index: int, entries: list[str]) -> None:
        """Raises BrokenTaxonomy."""
        parsed = [_entry(entry) for entry in entries]
        paper = [DOCUMENT] if index in PAPER and DOCUMENT in self.categories else []
        turns = {least for _, _, least in parsed if least}
        if len(turns) > 1 or any(not 0.5 < turn < 1 for turn in turns):
            raise BrokenTaxonomy(f"Class {index} has no single condition between 0.5 and 1: {entries}")
        if below := self._with_groups([id_ for id_, sign, _ in parsed if sign != "@"]) + tuple(paper):
            self._adds[index] = below
        for least in turns:
            above = self._with_groups([id_ for id_, sign, _ in parsed if sign != "<"])
            self._sure[index] = WhenSure(least, above + tuple(paper))

    def _with_groups(self, ids: list[str]) -> tuple[str, ...]:
        """The ids and their groups, without duplicates."""
        unknown = [i for i in ids if i not in self.categories]
        if unknown:
            raise BrokenTaxonomy(f"classes.tsv names {unknown}, which categories.tsv does not have.")
        groups = (self.categories[i].group_id for i in ids)
        return tuple(dict.fromkeys([*ids, *(g for g in groups if g)]))


@lru_cache(maxsize=1)
def load() -> Taxonomy:
    """The committed tables, read once: what pictures show, and what kinds of picture there are (`kinds.tsv`)."""
    data = files("services.knowledge") / "data"
    kinds = (data / "kinds.tsv").read_text("utf-8").partition("\n")[2]
    categories = (data / "categories.tsv").read_text("utf-8")
    return Taxonomy((data / "classes.tsv").read_text("utf-8"), categories + kinds)


def _raised(classes: Classes, temperature: float) -> tuple[list[float], float]:
    """Their probabilities as `calibration.calibrated` scales them, and what it divides them by."""
    power, others = 1 / temperature, _CLASS_COUNT - len(classes)
    raised = [probability**power for _, probability in classes]
    if temperature == 1.0:
        return raised, 1.0
    total = sum(raised)
    if others > 0 and (remainder := 1.0 - sum([probability for _, probability in classes])) > 0:
        total += others * (remainder / others) ** power
    return raised, total


def _entry(text: str) -> tuple[str, str, float]:
    """Category; `@` (only from), `<` (only below) or nothing; and the probability. Raises BrokenTaxonomy."""
    for sign in ("@", "<"):
        id_, condition, number = text.partition(sign)
        if condition:
            try:
                return id_, sign, float(number)
            except ValueError as error:
                raise BrokenTaxonomy(f"classes.tsv: {text} has no number.") from error
    return text, "", 0.0


def _kind(text: str) -> Kind:
    try:
        kind: Kind = msgspec.convert(text, Kind)
    except msgspec.ValidationError as error:
        raise BrokenTaxonomy(f"categories.tsv: {text} is no kind.") from error
    return kind


def _rows(table: str) -> list[list[str]]:
    """Without the header. Raises BrokenTaxonomy when a line has a different number of fields."""
    heading, *lines = [line.split("\t") for line in table.splitlines()]
    if uneven := [line for line in lines if len(line) != len(heading)]:
        raise BrokenTaxonomy(f"A line of the table has not {len(heading)} fields: {uneven[0]}")
    return lines
