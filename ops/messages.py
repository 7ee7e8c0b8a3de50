"""Extracts translatable messages from the sources into the catalogues `web/locale/<language>.po`.

    python ops/messages.py            adds new messages untranslated and removes obsolete ones
    python ops/messages.py --check    reports missing and untranslated messages, and placeholders that differ

To add a language: add it to services/knowledge/languages.py, create an empty `web/locale/<code>.po`, and
run this. Catalogues are sorted and hold no source positions and no dates, so
a diff shows only changes that readers see.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator, Set
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
TEMPLATES: Final = ROOT / "web" / "templates"
FOLDER: Final = ROOT / "web" / "locale"
SOURCES: Final = ROOT / "services"
SINGLE: Final = frozenset({"_", "N_", "message", "Sentence", "Explained", "BadRequest"})
"""Functions and classes whose first argument is a message, as it is for every subclass of theirs."""
PLURAL: Final = frozenset({"ngettext", "Plural"})
NAMED: Final = ("categories.tsv", "kinds.tsv", "coco.tsv")
"""Tables of built-in names, which stand in the second column. The names of the thousand classes stay English."""
HEADER: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
PLACE: Final = re.compile(r"%\((\w+)\)s")

Id = str | tuple[str, str]
"""A message, or its singular and plural."""


def derived(sources: Iterable[str], names: Set[str] = SINGLE) -> Set[str]:
    """`names` and the names of all their subclasses, direct or indirect."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    }
    while more := {name for name, above in bases.items() if above & names} - names:
        names = names | more
    return names - PLURAL


@cache
def marking() -> Set[str]:
    """Every function and class of ours whose first argument is a message."""
    return derived(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))


def of_python(source: str, single: Set[str] | None = None) -> Iterator[Id]:
    """`single` defaults to `marking()`."""
    single = marking() if single is None else single
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [text for argument in node.args[:2] for text in _texts(argument)]
        if name in PLURAL and len(texts) == 2:
            yield texts[0], texts[1]
        elif name in single and node.args:
            yield from _texts(node.args[0])


def _texts(node: ast.expr) -> list[str]:
    """The string constant, or both branches of a conditional."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def of_template(source: str) -> Iterator[Id]:
    options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
    file = io.BytesIO(source.encode())
    for _, text, *_ in extract("jinja2.ext:babel_extract", file, keywords, options=options):
        yield (text[0], text[1]) if isinstance(text, tuple) else text


def of_names(table: str) -> Iterator[Id]:
    for line in table.splitlines()[1:]:
        yield line.split("\t")[1]


def messages() -> set[Id]:
    """All messages in the sources."""
    ids: set[Id] = set()
    for path in SOURCES.rglob("*.py"):
        ids.update(of_python(path.read_text("utf-8")))
    for path in TEMPLATES.rglob("*.html"):
        ids.update(of_template(path.read_text("utf-8")))
    for name in NAMED:
        ids.update(of_names((SOURCES / "knowledge" / "data" / name).read_text("utf-8")))
    singulars = {one[0] for one in ids if isinstance(one, tuple)}  # covered by the plural's entry
    return {one for one in ids if one and (isinstance(one, tuple) or one not in singulars)}


def updated(text: str, language: str, wanted: set[Id]) -> str:
    """The catalogue with exactly the wanted messages, keeping existing translations."""
    before = read_po(io.StringIO(text), locale=language)
    after = Catalog(locale=language)
    for one in wanted:
        entry = before.get(one if isinstance(one, str) else one[0])
        kept = entry and isinstance(entry.id, str) == isinstance(one, str) and not entry.fuzzy
        after.add(one, entry.string if kept and entry else None)
    out = io.BytesIO()
    write_po(
        out, after, width=100, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    header = HEADER.format(language=language, plural=after.plural_forms)
    return f"{header}{out.getvalue().decode().strip()}\n"


def faults(text: str, language: str, wanted: set[Id]) -> list[str]:
    """Problems of a catalogue, one line each, in order."""
    catalogue = read_po(io.StringIO(text), locale=language)
    lines = [f"not in the sources: {one.id!r}" for one in catalogue if one.id and _key(one.id) not in wanted]
    for one in sorted(wanted, key=str):
        first, last = (one, one) if isinstance(one, str) else one
        entry = catalogue.get(first)
        if entry is None or _key(entry.id) != one:
            lines.append(f"missing: {one!r}")
            continue
        forms = [entry.string] if isinstance(entry.string, str) else [*(entry.string or ())]
        if not forms or not all(forms):
            lines.append(f"untranslated: {one!r}")
        elif entry.fuzzy:
            lines.append(f"fuzzy: {one!r}")
        elif wrong := [form for form in forms if _places(form) != _places(last)]:
            lines.append(f"other places than {one!r}: {wrong[0]!r}")
    return lines


def _key(of: str | list[str] | tuple[str, ...]) -> Id:
    return of if isinstance(of, str) else (of[0], of[1])


def _places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 on any fault")
    check = parser.parse_args(arguments).check
    wanted, bad = messages(), False
    for path in sorted(FOLDER.glob("*.po")):
        text = path.read_text("utf-8")
        if not check:
            text = updated(text, path.stem, wanted)
            path.write_text(text, "utf-8")
        for fault in faults(text, path.stem, wanted):
            bad = True
            print(f"{path.name}: {fault}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
