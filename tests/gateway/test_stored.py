"""Texts stored in English are shown in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.i18n.builtin_names import called, named, reason
from services.gateway.i18n.language import speaking

SERVICES = Path(__file__).parents[2] / "services"
RAISED = ("Unreadable", "Unshowable", "Unusable", "PreviewUnreadable", "Rejected", "FolderUnreadable")


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with speaking("de"):
        yield


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("The file is empty.", "Die Datei ist leer."),
        (
            "The file can't be read: Permission denied.",
            "Die Datei kann nicht gelesen werden: Zugriff verweigert.",
        ),
        ("The file can't be read: %s 100 %.", "Die Datei kann nicht gelesen werden: %s 100 %."),
        (
            "The picture claims 99999 × 77777 pixels, which is more than can be real.",
            "Das Bild soll 99999 × 77777 Pixel haben; das ist mehr, als möglich ist.",
        ),
        ("Albumen can't show drawings (SVG) yet.", "Albumen kann Zeichnungen (SVG) noch nicht anzeigen."),
        ("The picture is damaged (a\nb).", "Das Bild ist beschädigt (a\nb)."),
        ("Something that no version ever wrote.", "Something that no version ever wrote."),
        ("The file is empty. %(why)s", "The file is empty. %(why)s"),
        ("", ""),
    ],
)
def test_reasons(english: str, german: str) -> None:
    assert reason(english) == german


def written() -> Iterator[str]:
    """Every reason in the sources, with placeholders filled with 7."""
    for path in [*(SERVICES / "gateway").rglob("*.py"), *(SERVICES / "inference").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISED
            ):
                for value in [
                    *node.args,
                    *(keyword.value for keyword in node.keywords if keyword.arg == "reason"),
                ]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value
                    elif isinstance(value, ast.JoinedStr):
                        yield "".join(
                            str(part.value) if isinstance(part, ast.Constant) else "7"
                            for part in value.values
                        )


def test_every_reason_of_the_sources_is_translated() -> None:
    found = list(written())
    assert len(found) > 15
    assert [text for text in found if reason(text) == text] == []


def test_built_in_names_only() -> None:
    """A person's own names stay as they are, even if equal to a word on the pages."""
    assert (named("Dog"), named("Food & drink"), named("Screenshot")) == (
        "Hund",
        "Essen & Trinken",
        "Bildschirmfoto",
    )
    assert (named("Undo"), named("Rex"), named("")) == ("Undo", "Rex", "")
    assert called("Dog") == ("Dog", "Hund", "Chien", "Perro", "Cane") and called("Undo") == ("Undo",)


def test_english_stays_english() -> None:
    with speaking("en_US"):
        assert named("Dog") == "Dog"
        assert (
            reason("The file can't be read: Permission denied.")
            == "The file can't be read: Permission denied."
        )
