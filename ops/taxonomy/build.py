"""Build the tables that map the network's 1000 classes to categories a person would use.

Run by developers, never by the product: it reads WordNet 3.0, the class order and the display names from the given
files, and writes `classes.tsv` and `categories.tsv`, which are committed. The decisions are in `anchors.toml`; the rule
is here: walk up all WordNet hypernyms of a class, keep the anchors on the way, and drop every anchor above another kept
one, so that the most specific wins. The nearest anchor by distance would be wrong: it makes a whippet (3 steps from
"animal" via "racer", 4 from "dog") an animal but not a dog.

The same inputs give the same bytes. Contradictory inputs raise `TaxonomyError`, and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLASS_COUNT = 1000
THRESHOLDS = {
    ("category", True): 0.45,
    ("category", False): 0.50,
    ("group", True): 0.50,
    ("group", False): 0.60,
}
"""By kind and whether it is everyday; the others are things (a chair, a shoe), seen in half of all photos without being
their subject. `ops/calibrate.py` prints the precision of each threshold."""


class TaxonomyError(Exception):
    """The inputs contradict each other; the message names the entry to fix."""


@dataclass(frozen=True)
class Category:
    id: str
    name: str
    group: str
    """Empty for a group."""
    anchors: tuple[str, ...]
    """WordNet nouns, `lemma` or `lemma#sense`."""
    within: tuple[str, ...]
    """Wider categories that also get every class of this one (a duck is a bird)."""
    everyday: bool
    head: bool
    """Named by a head (`ops/heads.py`), so it needs no classes."""

    @property
    def kind(self) -> str:
        return "category" if self.group else "group"

    @property
    def threshold(self) -> float:
        return THRESHOLDS[self.kind, self.everyday]


@dataclass(frozen=True)
class Decisions:
    """`anchors.toml`, checked for shape."""

    categories: Mapping[str, Category]
    names: Mapping[str, str]
    """WNID -> display name, where the upstream name is unsuitable."""
    placed: Mapping[str, tuple[str, ...]]
    """Display name -> category ids, with conditions (`insect@0.8`), that override WordNet's; empty: in none, on
    purpose."""


class WordNet:
    """The noun hierarchy of WordNet 3.0, from its `data.noun` and `index.noun`."""

    def __init__(self, data_noun: Path, index_noun: Path) -> None:
        self._parents: dict[str, tuple[str, ...]] = {}
        for line in _entries(data_noun):
            fields = line.split(" | ", 1)[0].split()
            at = 4 + 2 * int(fields[3], 16)
            pointers = [fields[at + 1 + 4 * n : at + 5 + 4 * n] for n in range(int(fields[at]))]
            self._parents[fields[0]] = tuple(p[1] for p in pointers if p[0] in ("@", "@i"))
        self._senses = {f[0]: f[-int(f[2]) :] for f in (line.split() for line in _entries(index_noun))}

    def offset(self, noun: str) -> str:
        """Synset offset of `lemma` or `lemma#sense`. Raises TaxonomyError if WordNet has no such sense."""
        lemma, _, sense = noun.partition("#")
        try:
            return self._senses[lemma][int(sense or 1) - 1]
        except (KeyError, IndexError):
            raise TaxonomyError(
                f"anchor {noun!r} is not a WordNet noun; correct it in anchors.toml"
            ) from None

    def lineage(self, offset: str) -> frozenset[str]:
        """The synset itself and everything above it."""
        if offset not in self._parents:
            raise TaxonomyError(f"synset {offset} is not in data.noun; is it WordNet 3.0?")
        seen: set[str] = set()
        todo = [offset]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += self._parents[here]
        return frozenset(seen)


def _entries(path: Path) -> Iterable[str]:
    """Lines of a WordNet file without its licence header, whose lines start with two spaces."""
    return (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("  "))


def read_decisions(path: Path) -> Decisions:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    categories: dict[str, Category] = {}
    for group in raw["group"]:
        for entry, parent in [(group, ""), *((c, group["id"]) for c in group.get("category", ()))]:
            unknown = set(entry) - {"id", "name", "anchors", "within", "head"}
            if unknown - ({"everyday", "category"} if not parent else set()):
                raise TaxonomyError(
                    f"{entry['id']}: unknown key {sorted(unknown)}; see the top of {path.name}"
                )
            if entry["id"] in categories:
                raise TaxonomyError(f"category id {entry['id']!r} is used twice in {path.name}")
            categories[entry["id"]] = Category(
                id=entry["id"],
                name=entry["name"],
                group=parent,
                anchors=tuple(entry.get("anchors", ())),
                within=tuple(entry.get("within", ())),
                everyday=group["everyday"],
                head=entry.get("head", False),
            )
    placed = {name: tuple(ids) for name, ids in raw["placed"].items()}
    for where, ids in [*placed.items(), *((c.id, c.within) for c in categories.values())]:
        if missing := [i for i in ids if split(i)[0] not in categories]:
            raise TaxonomyError(f"{where!r} refers to {missing}, which {path.name} does not define")
    return Decisions(categories, raw["names"], placed)


def split(entry: str) -> tuple[str, str]:
    """A category and its condition: `insect@0.8` is `insect` and `@0.8`; without one, the latter is empty."""
    category = re.split("[@<]", entry, maxsplit=1)[0]
    return category, entry.removeprefix(category)


def class_names(wnids: list[str], upstream: list[str], renamed: Mapping[str, str]) -> list[str]:
    """One unique display name per class, in class order."""
    if stray := sorted(set(renamed) - set(wnids)):
        raise TaxonomyError(f"[names] has {stray}, which are no classes of the network")
    names = [renamed.get(wnid, name) for wnid, name in zip(wnids, upstream, strict=True)]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise TaxonomyError(f"several classes are called {twice}; tell them apart in [names]")
    return names


def assign(wordnet: WordNet, wnids: list[str], names: list[str], rules: Decisions) -> list[tuple[str, ...]]:
    """Category ids of each class, in table order. Raises TaxonomyError if a class has neither anchor nor entry."""
    anchors: dict[str, list[str]] = {}
    for category in rules.categories.values():
        for noun in category.anchors:
            anchors.setdefault(wordnet.offset(noun), []).append(category.id)
    above = {offset: wordnet.lineage(offset) for offset in anchors}
    rank = {id_: n for n, id_ in enumerate(rules.categories)}

    def by_wordnet(wnid: str) -> set[str]:
        lineage = [offset for offset in wordnet.lineage(wnid.removeprefix("n")) if offset in anchors]
        lowest = [o for o in lineage if not any(other != o and o in above[other] for other in lineage)]
        return {id_ for offset in lowest for id_ in anchors[offset]}

    def widened(entries: Iterable[str]) -> tuple[str, ...]:
        pairs = [split(entry) for entry in entries]
        every = {(wider, on) for id_, on in pairs for wider in (id_, *rules.categories[id_].within)}
        implied = {(rules.categories[id_].group, on) for id_, on in every}
        return tuple(
            id_ + on for id_, on in sorted(every - implied, key=lambda pair: (rank[pair[0]], pair[1]))
        )

    if stray := sorted(set(rules.placed) - set(names)):
        raise TaxonomyError(f"[placed] has {stray}, which are no class names")
    rows: list[tuple[str, ...]] = []
    problems: list[str] = []
    for wnid, name in zip(wnids, names, strict=True):
        natural = widened(by_wordnet(wnid))
        row = widened(rules.placed[name]) if name in rules.placed else natural
        if name in rules.placed and natural == row and row:
            problems.append(f"{name!r} is placed where WordNet has it anyway")
        if not row and name not in rules.placed:
            problems.append(f"{name!r} is in no category")
        rows.append(row)
    if problems:
        raise TaxonomyError("correct [placed]: " + "; ".join(problems))
    used = {split(entry)[0] for row in rows for entry in row}
    if empty := [c.id for c in rules.categories.values() if c.group and not c.head and c.id not in used]:
        raise TaxonomyError(f"no class is in {empty}; drop the category or give it anchors")
    return rows


def render(header: str, rows: Iterable[Iterable[object]]) -> str:
    return "".join("\t".join(map(str, row)) + "\n" for row in [header.split(), *rows])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build classes.tsv and categories.tsv; see README.md.")
    for name in ("data_noun", "index_noun", "synsets", "clean_names"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--anchors", type=Path, default=HERE / "anchors.toml")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "services" / "knowledge" / "data")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the tables would change")
    paths = parser.parse_args(argv)

    rules = read_decisions(paths.anchors)
    wnids = paths.synsets.read_text(encoding="utf-8").split()
    upstream = json.loads(paths.clean_names.read_text(encoding="utf-8"))
    if len(wnids) != CLASS_COUNT or len(upstream) != CLASS_COUNT:
        raise TaxonomyError(
            f"expected {CLASS_COUNT} classes, got {len(wnids)} synsets, {len(upstream)} names"
        )
    names = class_names(wnids, upstream, rules.names)
    placed = assign(WordNet(paths.data_noun, paths.index_noun), wnids, names, rules)

    tables = {
        "classes.tsv": render(
            "index wnid name categories",
            ((n, wnids[n], names[n], ";".join(placed[n])) for n in range(CLASS_COUNT)),
        ),
        "categories.tsv": render(
            "id name group kind threshold everyday",
            (
                (c.id, c.name, c.group, c.kind, round(c.threshold, 3), int(c.everyday))
                for c in rules.categories.values()
            ),
        ),
    }
    stale = [n for n, text in tables.items() if not _same(paths.out / n, text)]
    if not paths.check:
        for name in stale:
            (paths.out / name).write_text(tables[name], encoding="utf-8")
    mapped = sum(1 for row in placed if row)
    groups = sum(1 for c in rules.categories.values() if not c.group)
    print(
        f"{len(rules.categories) - groups} categories in {groups} groups; {mapped}/{CLASS_COUNT} classes placed, "
        f"{sum(1 for row in placed if len(row) > 1)} in more than one; changed: {', '.join(stale) or 'nothing'}"
    )
    return 1 if paths.check and stale else 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TaxonomyError as error:
        sys.exit(f"taxonomy: {error}")
