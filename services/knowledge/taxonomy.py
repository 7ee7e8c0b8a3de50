"""From the network's 1000 classes to the categories and groups that people think in.

The tables are built by `ops/taxonomy` and committed. A category's score is the sum of its classes' probabilities:
fifty kinds of terrier are one dog. Nothing here is in the log, so a better table only takes a rebuild of the read
tables, never another run of the network.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

FLOOR: Final = 0.1
"""The lowest possible threshold."""

_CLASS_COUNT: Final = 1000
DOCUMENT: Final = "kind-document"
PAPER: Final = (549, 916, 917, 918, 921, 922)
"""Classes that show text, printed or on a screen: envelope, web site, comic, crossword, book jacket, menu."""

Classes = Iterable[tuple[int, float]]
"""(class index, probability) pairs."""
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
        self._adds: dict[int, tuple[str, ...]] = {
            int(row[0]): self._with_groups(row[3].split(";")) for row in rows if row[3]
        }
        if DOCUMENT in self.categories:
            for index in PAPER:
                self._adds[index] = (*self._adds.get(index, ()), DOCUMENT)

    def of_class(self, index: int) -> tuple[str, ...]:
        """The categories and groups that a class contributes to; for some classes intentionally none."""
        return self._adds.get(index, ())

    def scores(self, classes: Classes) -> dict[str, float]:
        """Category or group -> sum of its classes' probabilities. Classes that are not in the table are ignored."""
        scores: dict[str, float] = {}
        get, adds = scores.get, self._adds
        for index, probability in classes:
            if index in adds:
                for category_id in adds[index]:
                    scores[category_id] = get(category_id, 0.0) + probability
        return scores

    def kept(self, classes: Classes, temperature: float = 1.0) -> list[tuple[str, float]]:
        """(category or group, score) of at least `FLOOR`, best first: everything that a threshold could ever show.

        Same as `scores` of `calibration.calibrated`, but in one loop: a replay runs this for every photo.
        """
        power, remainder, total, count = 1 / temperature, 1.0, 0.0, 0
        sums: dict[str, float] = {}
        get, adds = sums.get, self._adds
        for index, probability in classes:
            raised = probability**power
            remainder -= probability
            total += raised
            count += 1
            if index in adds:
                for category_id in adds[index]:
                    sums[category_id] = get(category_id, 0.0) + raised
        others = _CLASS_COUNT - count
        if remainder > 0 and others > 0 and temperature != 1.0:
            total += others * (remainder / others) ** power
        elif temperature == 1.0:
            total = 1.0
        least = FLOOR * total
        kept = [(c, min(round(s / total, 6), 1.0)) for c, s in sums.items() if s >= least]
        return sorted(kept, key=lambda item: (-item[1], item[0]))

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
