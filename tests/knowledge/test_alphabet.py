"""The order of names."""

import random

import pytest

from services.knowledge.alphabet import sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["1", "2", "10", "010b", "100"],
        ["Album 1", "album 2", "Album 10", "Album 10a", "Album b"],
        ["Ahorn", "Ähre", "Apfel", "Zebra"],
        ["Lodz", "Łódź", "Lund", "Oslo", "Øst", "Ot"],
        ["Strasse", "Straße", "Strassen"],
        ["cafe", "café", "Cafes"],
        ["2", "٣", "４"],
        ["Ägypten", "Bär", "Öl", "Übung", "Z"],
        ["日本", "東京"],
        ["", "a"],
    ],
    ids=lambda names: ",".join(names),
)
def test_names_stand_where_a_person_looks_for_them(names: list[str]) -> None:
    mixed = names[:]
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=sort_key) == names


def test_in_spanish_one_letter_has_a_place_of_its_own() -> None:
    """Of either case, and however it is composed; elsewhere it stands beside the letter it resembles."""
    names = ["Nube", "Nuñez", "Nuz", "Ñandú", "nandu\u0303", "n\u0303u", "Oso"]
    spanish = ["nandu\u0303", "Nube", "Nuñez", "Nuz", "Ñandú", "n\u0303u", "Oso"]
    assert sorted(names, key=lambda name: sort_key(name, "es")) == spanish
    assert sorted(["Ñu", "Nube", "Nz"], key=lambda name: sort_key(name, "de")) == ["Ñu", "Nube", "Nz"]


def test_any_text_has_a_place() -> None:
    for text in ("\ud800", "9" * 5000, "a" * 10_000, "\u0301", "²½"):
        assert sort_key(text) <= sort_key(text)
