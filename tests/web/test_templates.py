"""The content security policy allows only our own script and style files. A template that violates it works in no
browser, and not always visibly, so templates are checked here."""

import re
from pathlib import Path

import pytest
from jinja2.meta import find_referenced_templates

from ops.aspects import stylesheet
from ops.assets import ICONS, RENAMED
from services.domain.registry import BY_NAME
from services.gateway.pages.rendering import STATIC, TEMPLATES, create_environment
from tests.support.one_line import one_line

FILES = sorted(TEMPLATES.rglob("*.html"))
TRAVEL = ("/history/travel", "/history/now")
FORBIDDEN = {
    "an inline style": r"<style|\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)|<script[^>]*>[^<\s]",
    "an inline handler": r"\son[a-z]+\s*=|\shx-on",
    "evaluated text": r"\bjs:|javascript:|hx-(vals|vars)\s*=|hx-trigger=\"[^\"]*\[",
    "another host": r"(https?:)?//[a-z]",
    "unescaped text": r"\|\s*safe|autoescape",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_templates_hold_nothing_that_the_policy_forbids(path: Path, rule: str) -> None:
    found = re.search(FORBIDDEN[rule], path.read_text("utf-8"), re.IGNORECASE)
    assert found is None, f"{path.name} holds {rule}: {found and found[0]}"


FORMS = TEMPLATES / "partials" / "form.html"
"""The only place where a form with method POST is written."""
GIVEN = {"conflict.html": "command", "lines.html": "action"}
"""Variables: the command to repeat, and what the caller of the macro `ending` names."""
ACCESS = (
    "/sign-in",
    "/sign-out",
    "/first-visit",
    "/access/password",
    "/access/sign-out",
    "/access/tokens",
    "own",
)
"""`own`: a variable, the path of an album's links or of a shared album."""
OTHERS = (
    "/search",
    "/albums",
    "/settings/theme",
    "/settings/language",
    "/settings/memories",
    "/settings/tour",
    "/download",
    "/edit",
    "/backups",
    '/log/" ~ way',
    *TRAVEL,
    *ACCESS,
)


@pytest.mark.parametrize("path", [path for path in FILES if path != FORMS], ids=lambda path: path.name)
def test_every_form_gives_a_known_command_and_leads_back(path: Path) -> None:
    """Each posts to /commands/<name> and has `next`, which is all there is without JavaScript. So each is made by a
    macro that requires both, and none is written by hand."""
    text = path.read_text("utf-8")
    for action in re.findall(r"\b(?:form)?action=\"([^\"]*)\"", text):
        assert action in OTHERS or action.removeprefix("/commands/") in BY_NAME, action
    for kind, first, second in re.findall(r"\bcall (form|command_form)\(([^,)]*)(,)?", text):
        assert second, f"{kind}({first}) leads nowhere"
        if first != GIVEN.get(path.name):
            allowed = OTHERS if kind == "form" else BY_NAME
            assert first.strip('"') in allowed, first
    for action in re.findall(r"\bending\(_\(\"[^\"]*\"\), ([^,]*),", text):
        assert action.strip('"') in OTHERS, action
    assert 'method="post"' not in text
    assert 'name="next"' not in text


def test_the_macros_of_forms_lead_back_and_carry_the_rest() -> None:
    """Values are escaped; each item of a list is a separate field."""
    call = (
        '{% from "partials/form.html" import command_form %}'
        '{% call command_form("hide-images", "/?a=1&b", "pile", {"id": "x"}, images=["1", "2"], seen=3) %}'
        "<button>Hide</button>{% endcall %}"
    )
    html = one_line(create_environment().from_string(call).render())
    assert '<form method="post" action="/commands/hide-images" hx-boost="true" class="pile" id="x">' in html
    assert re.findall(r'name="(\w+)" value="([^"]*)"', html) == [
        ("next", "/?a=1&amp;b"),
        ("images", "1"),
        ("images", "2"),
        ("seen", "3"),
    ]
    assert "<button>Hide</button></form>" in html.replace("\n", "")


LONGEST = 160
"""Characters per line. djlint breaks lines at 120, except where it can't."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_lines_of_templates_are_short(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > LONGEST] == []


TAG = re.compile(r"{%.*?(\+?)%}", re.DOTALL)
SHOWN = re.compile(r"{{.*?}}|{#.*?#}", re.DOTALL)


def glued(text: str) -> list[str]:
    """Start tags with a block at the end of a line: that line break is stripped, so the next attribute is joined to
    it."""
    plain = TAG.sub(lambda block: "KEPT" if block[1] else "BLOCK", SHOWN.sub("", text))
    return [tag for tag in re.findall(r"<[a-zA-Z][^<>]*>", plain) if re.search(r"BLOCK\n", tag)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_attributes_do_not_stick_together(path: Path) -> None:
    assert glued(path.read_text("utf-8")) == []


def test_what_sticks_together_is_noticed() -> None:
    assert glued('<a class="x"{% if y > 1 %} hidden{% endif %}\n   href="/">') != []
    assert glued('<a href="/"\n   class="x"{% if y %} hidden{% endif %}>\n') == []


TRANS = re.compile(r"{%-? *trans\b(.*?)%}(.*?){%-? *endtrans", re.DOTALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_texts_of_several_lines_are_trimmed(path: Path) -> None:
    """Otherwise the line break and indentation become part of the message, which the catalogues don't have."""
    for head, text in TRANS.findall(path.read_text("utf-8")):
        assert "\n" not in text or head.split()[:1] == ["trimmed"], text


def test_every_template_is_used() -> None:
    """By another template or by the code, under its full name."""
    environment = create_environment()
    used: set[str] = set()
    for path in FILES:
        used |= {
            name for name in find_referenced_templates(environment.parse(path.read_text("utf-8"))) if name
        }
    for path in (TEMPLATES.parents[1] / "services").rglob("*.py"):
        used |= set(re.findall(r'"([\w/]+\.html)"', path.read_text("utf-8")))
    assert {path.relative_to(TEMPLATES).as_posix() for path in FILES} - used == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_a_template_imports_or_defines_is_used(path: Path) -> None:
    text = path.read_text("utf-8")
    for names in re.findall(r"{% from \"[^\"]+\" import ([^%]+) %}", text):
        for name in names.split(", "):
            assert len(re.findall(rf"\b{name}\(", text)) > 0, f"{name} is imported for nothing"
    everywhere = "".join(other.read_text("utf-8") for other in FILES)
    for name in re.findall(r"{% macro (\w+)\(", text):
        uses = re.findall(rf"(?<!macro )\b{name}\(", everywhere)
        assert uses, f"nothing calls {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_templates_compile(path: Path) -> None:
    create_environment().get_template(str(path.relative_to(TEMPLATES)))


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    icons = set(ICONS) | set(RENAMED)
    for path in FILES:
        for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text("utf-8")):
            assert name in icons, f"{path.name}: {name}"


def test_who_opens_is_asked_itself() -> None:
    """`toggle` doesn't bubble, and htmx 4 hears it only on the element that asks."""
    assert [path.name for path in FILES if "toggle from:" in path.read_text("utf-8")] == []


def test_across_pages_each_icon_means_one_thing() -> None:
    """Where those are that once meant several things. The rail and the viewer name theirs in tables of their own."""
    meanings = {
        "settings": set[str](),
        "search": {"search_field", "albums"},  # a smart album is a search
        "copy": {"marks"},
        "clipboard-copy": {"known", "duplicates"},
        "info": {"image"},
        "images": {"choices"},
        "arrow-up": {"best"},  # further up; in "top", by an expression: the oldest first
        "rotate-ccw": set[str](),
        "refresh-cw": {"jobs", "job", "settings", "empty"},
        "sparkles": {"jobs", "album_menu", "search", "categories"},  # a model looks at photos
        "graduation-cap": {"category"},
        "sliders-horizontal": {"threshold_menu"},
        "book-image": {"album_menu", "album_choices"},
    }
    used: dict[str, set[str]] = {name: set() for name in meanings}
    for path in FILES:
        for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text("utf-8")):
            used.setdefault(name, set()).add(path.stem)
    assert {name: used[name] for name in meanings} == meanings


def test_the_shapes_of_tiles_are_those_that_the_grid_names() -> None:
    assert (STATIC / "aspects.css").read_text("utf-8") == stylesheet()


@pytest.mark.parametrize("name", ["base.css", "app.js", "theme.js", "favicon.svg"])
def test_our_own_files_load_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "://" not in text
    assert "@import" not in text
    assert "eval(" not in text
    assert "innerHTML" not in text


def test_in_the_viewer_each_icon_means_one_thing() -> None:
    """Each act has an icon of its own; a second one is what it shows while it goes on."""
    texts = [(TEMPLATES / "partials" / name).read_text() for name in ("viewer.html", "viewer_frame.html")]
    controls = [
        one for text in texts for one in re.findall(r'control\("(\w+)", "([\w-]+)"(?:.*?"(pause)")?', text)
    ]
    plain = [(f"icon {name}", name, "") for text in texts for name in re.findall(r'icon\("([\w-]+)"\)', text)]
    acts = {"icon star": "rate"}  # it opens the menu with the five
    meanings: dict[str, set[str]] = {}
    for act, *drawings in controls + plain:
        for drawing in filter(None, drawings):
            meanings.setdefault(drawing, set()).add(acts.get(act, act))
    assert len(meanings) >= 14
    assert {drawing: some for drawing, some in meanings.items() if len(some) > 1} == {}


def test_all_modules_that_every_page_needs_are_fetched_at_once() -> None:
    """Otherwise a browser learns of one only from the one that imports it."""
    needed, rest = set[str](), ["app"]
    while rest:
        script = (STATIC / f"{rest.pop()}.js").read_text("utf-8")
        new = {*re.findall(r'^(?:import|export)\b[^;(]*"\./([\w-]+)\.js"', script, re.MULTILINE)} - needed
        needed |= new
        rest += new
    [preloaded] = re.findall(
        r"set modules = \[(.*?)\]", (TEMPLATES / "base.html").read_text("utf-8"), re.DOTALL
    )
    assert set(re.findall(r'"([\w-]+)"', preloaded)) == needed
