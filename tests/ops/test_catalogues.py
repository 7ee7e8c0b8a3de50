"""Every text on a page is in the catalogues; nothing is in English only."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ops import messages
from services.gateway.i18n.catalogues import LANGUAGES
from services.gateway.pages.rendering import TEMPLATES

CATALOGUES = sorted(messages.FOLDER.glob("*.po"))
SAID = ("aria-label", "title", "placeholder", "alt")
"""Attributes that people read or hear."""
CODE = ("code", "kbd", "pre", "script", "style")
SAME = {"Albumen", "ISO", "MP", "mm", "Esc", *"abcdefghilrsv", "English", "PDF"}
"""Words that are the same in all languages: names, units, keys."""


class Reader(HTMLParser):
    """Collects the texts of a template, without Jinja's output."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in CODE
        self.said += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.said.append(data)


TRANSLATED = re.compile(
    r"{%-? trans\b.*?endtrans [-+]?%}|{#.*?#}|{% block seen %}.*?{% endblock %}", re.DOTALL
)
"""Also excludes a block that isn't text: the query of the progress line."""
SHOWN = re.compile(r"{{(.*?)}}|{%.*?%}", re.DOTALL)
MARKED = re.compile(r"""\b(_|ngettext)\(\s*((\"[^\"]*\"|'[^']*')(\s*,\s*)?)+""")
SENTENCE = re.compile(r"[\"']([A-Z][a-z]+[^\"']*|[a-z]+ [^\"']*[a-z])[\"']")


def bare(template: str) -> list[str]:
    """Texts of a template in English only: text, attributes, and quoted words that are shown."""
    text = TRANSLATED.sub("", template)
    outputs = [MARKED.sub("", match[1] or "") for match in SHOWN.finditer(text)]
    reader = Reader()
    reader.feed(SHOWN.sub("", text))
    words = [
        word
        for said in reader.said
        for word in re.findall(r"[^\W\d_]+(?:['’][a-z]+)?", re.sub(r"&\w+;", " ", said))
    ]
    quoted = [
        said for part in outputs for said in SENTENCE.findall(re.sub(r"icon\([^)]*\)|\|format", "", part))
    ]
    return [word for word in words + quoted if word not in SAME]


@pytest.fixture(scope="module")
def wanted() -> set[messages.Id]:
    return messages.messages()


def test_every_language_has_its_catalogue() -> None:
    assert {path.stem for path in CATALOGUES} == LANGUAGES.keys() - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_catalogues_hold_every_message_translated(path: Path, wanted: set[messages.Id]) -> None:
    """`python ops/messages.py` adds new messages and removes old ones."""
    text = path.read_text("utf-8")
    assert messages.faults(text, path.stem, wanted) == []
    assert messages.updated(text, path.stem, wanted) == text


@pytest.mark.parametrize(
    "name", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
)
def test_templates_say_nothing_in_english_alone(name: str) -> None:
    assert bare((TEMPLATES / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<h1>Albums</h1>", ["Albums"]),
        ('<h1>{{ _("Albums") }}</h1>', []),
        ('<a title="Back" href="/albums">{{ icon("chevron-left") }}</a>', ["Back"]),
        ('<a title="{{ _("Back") }} (Esc)">‹</a>', []),
        ('{{ "Done" if selecting else "Select" }}', ["Done", "Select"]),
        ('{{ _("Done") if selecting else _("Select") }}', []),
        ('{{ ngettext("%(num)s photo", "%(num)s photos", 3) }}', []),
        ("{% trans %}Select <b>photos</b>{% endtrans %} now", ["now"]),
        ("<code>albumen up</code><p>12 × 7 MP</p>", []),
        ('{{ strip("Only just in", photos) }}', ["Only just in"]),
        ('{{ control("close", _("Close"), "Esc") }}', []),
    ],
)
def test_what_is_bare_is_found(template: str, found: list[str]) -> None:
    assert bare(template) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Albums")', {"Albums"}),
        ('language._("Albums", a="b")', {"Albums"}),
        ('raise Refused("No “%(name)s”.", "name", name=name)', {"No “%(name)s”."}),
        ('_("Yes" if sure else "No")', {"Yes", "No"}),
        ('ngettext("%(num)s photo", "%(num)s photos", n)', {("%(num)s photo", "%(num)s photos")}),
        ('print("Albums", _(name))', set()),
    ],
)
def test_messages_of_python(source: str, found: set[messages.Id]) -> None:
    assert set(messages.of_python(source)) == found


def test_messages_of_templates() -> None:
    template = (
        '{{ _("A %(b)s", b=1) }}{% trans n=2 %}{{ n }} <b>c</b>{% endtrans %}{{ ngettext("d", "e", 2) }}'
    )
    assert set(messages.of_template(template)) == {"A %(b)s", "%(n)s <b>c</b>", ("d", "e")}


def test_a_catalogue_is_brought_up_to_date() -> None:
    """Translations stay; new messages are added untranslated and reported; obsolete ones are removed. Nothing is
    guessed."""
    old = messages.HEADER.format(language="de", plural="nplurals=2; plural=(n != 1);")
    old += 'msgid "Album"\nmsgstr "Album"\n\nmsgid "Gone"\nmsgstr "Weg"\n'
    new = messages.updated(old, "de", {"Album", "Albums", ("a", "b")})
    assert 'msgstr "Album"' in new and "Weg" not in new
    assert messages.faults(new, "de", {"Album", "Albums", ("a", "b")}) == [
        "untranslated: ('a', 'b')",
        "untranslated: 'Albums'",
    ]
    assert messages.updated(new, "de", {"Album", "Albums", ("a", "b")}) == new


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "A %(b)s"\nmsgstr "A"', "other places"),
        ('msgid "A %(b)s"\nmsgstr "A %(c)s"', "other places"),
        ('#, fuzzy\nmsgid "A %(b)s"\nmsgstr "A %(b)s"', "fuzzy"),
        ('msgid "A %(b)s"\nmsgstr ""', "untranslated"),
        ('msgid "B"\nmsgstr "B"', "not in the sources"),
    ],
)
def test_faults_are_told(entry: str, fault: str) -> None:
    head = messages.HEADER.format(language="de", plural="nplurals=2; plural=(n != 1);")
    assert messages.faults(head + entry + "\n", "de", {"A %(b)s"})[0].startswith(fault)


def test_the_message_of_a_derived_error_is_a_message() -> None:
    """The messages of `Outdated`, derived from `Refused`, once stayed English in every language."""
    sources = ["class Refused(Explained): ...", "class Late(Refused): ...\nraise Late('Too late.', 'field')"]

    single = messages.derived(sources)

    assert [text for source in sources for text in messages.of_python(source, single)] == ["Too late."]
