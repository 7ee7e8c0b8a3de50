"""Names of files on one line, whatever is in them."""

import os
import unicodedata

import pytest

from services.gateway.i18n.wording import TURNING, path_name
from services.kernel.paths import to_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rome/a.jpg", "Rome/a.jpg"),
        ("Zürich/🎉 né.jpg", "Zürich/🎉 né.jpg"),
        ("two\nlines\t\x1b[2J.jpg", r"two\nlines\t\x1b[2J.jpg"),
        ("gpj.\u202ea.jpg", r"gpj.\u202ea.jpg"),
        (to_text(os.fsdecode(b"\xe9t\xe9.jpg")), r"\xe9t\xe9.jpg"),
        ("a.zip/b.jpg", "a.zip › b.jpg"),
        ("\x85\u2028\u2029\x9f\x00", r"\x85\u2028\u2029\x9f\x00"),
    ],
)
def test_what_cannot_be_seen_is_written_out(name: str, shown: str) -> None:
    assert path_name(name) == shown


def test_all_other_characters_stay() -> None:
    unseen = {"Cc", "Zl", "Zp"}
    for code in (*range(0x3000), *range(0xF700, 0xF780), *range(0x1F600, 0x1F700)):
        letter = chr(code)
        stays = unicodedata.category(letter) not in unseen and letter not in TURNING
        assert (path_name(letter) == letter) is stays, hex(code)
