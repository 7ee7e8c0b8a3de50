"""Matching sidecars to pictures: every naming scheme of Google Takeout and others."""

import random
import sys
import time
import unicodedata
from itertools import islice, product
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.gateway.sidecars.matching import album_candidates, is_album_file, match
from services.knowledge.suffixes import is_sidecar
from tests.support.chance import examples

CUT = "a" * 45
"""One letter more reaches the length limit of a sidecar's name; two more, that of a picture's."""


@pytest.mark.parametrize("name", ["a.json", "A.JSON", "a.xmp", "a.jpg.XMP", "é" * 300 + ".json", "a.b.Json"])
def test_a_sidecar_is_known_by_its_suffix(name: str) -> None:
    assert is_sidecar(name)


@pytest.mark.parametrize(
    "name", ["a.jpg", ".json", ".a.json", "._a.jpg.xmp", "json", "a.json.bak", "", "axmp"]
)
def test_what_is_no_sidecar(name: str) -> None:
    assert not is_sidecar(name)


@pytest.mark.parametrize(
    ("picture", "sidecar"),
    [
        ("IMG.jpg", "IMG.jpg.json"),
        ("IMG.jpg", "IMG.json"),
        ("IMG.jpg", "IMG.jpg.supplemental-metadata.json"),
        ("IMG.jpg", "IMG.jpg.supple.json"),
        ("IMG.jpg", "IMG.jpg.s.json"),
        ("IMG.jpg", "IMG.jpg..json"),
        ("IMG.jpg", "IMG.jp.json"),
        ("IMG.jpg", "IMG..json"),
        ("IMG.jpg", "IMG.JPG.JSON"),
        ("IMG.jpg", "IMG.supplemental-metadata.json"),
        ("IMG(1).jpg", "IMG.jpg(1).json"),
        ("IMG(1).jpg", "IMG(1).jpg.json"),
        ("IMG(1).jpg", "IMG(1).json"),
        ("IMG(12).jpg", "IMG.jpg.supplemental-metadata(12).json"),
        ("IMG(1).jpg", "IMG.jpg.supple(1).json"),
        ("IMG_1.jpg", "IMG_1.jpg.json"),
        (f"{CUT}bc.jpg", f"{CUT}b.json"),
        (f"{CUT}bc(494).jpg", f"{CUT}b(494).json"),
        (f"{CUT}.jpg", f"{CUT}..json"),
        (f"{CUT[:-2]}.jpg", f"{CUT[:-2]}.jp.json"),
        ("😀" * 24 + ".jpg", "😀" * 23 + ".json"),
        ("a" + "😀" * 23 + ".jpg", "a" + "😀" * 22 + ".json"),
        ("a" + "😀" * 23 + ".jpg", "a" + "😀" * 22 + "?.json"),
        ("IMG-edited.jpg", "IMG.jpg.json"),
        ("IMG-bearbeitet.jpg", "IMG.HEIC.supplemental-metadata.json"),
        ("IMG-ha editado.jpg", "IMG.jpg.json"),
        ("IMG-編集済み.jpg", "IMG.jpg.json"),
        ("IMG-modifie\u0301.jpg", "IMG.jpg.json"),
        ("IMG-edited(1).jpg", "IMG.jpg(1).json"),
        ("IMG(1)-edited.jpg", "IMG.jpg(1).json"),
        (f"{CUT}-e.jpg", f"{CUT}..json"),
        (f"{CUT}b-.jpg", f"{CUT}b.json"),
        ("été.jpg", "e\u0301te\u0301.jpg.json"),
        ("e\u0301te\u0301.jpg", "été.jpg.json"),
        ("IMG_1234.MP4", "IMG_1234.HEIC.json"),
        ("IMG_1234.mov", "IMG_1234.HEIC.supplemental-metadata.json"),
        ("IMG_1234(2).MP4", "IMG_1234.HEIC(2).json"),
        ("PXL_1.MP", "PXL_1.MP.jpg.json"),
        ("IMG_1234.HEIC.MOV", "IMG_1234.HEIC.json"),
        (f"{CUT[:-1]}.MP4", f"{CUT[:-1]}.H.json"),
        ("IMG_1.jpg", "IMG_1.HEIC.json"),
        ("IMG.jpg", "IMG.jpg.xmp"),
        ("IMG.jpg", "IMG.xmp"),
        ("IMG.JPG", "IMG.jpg.XMP"),
        ("IMG.MOV", "IMG.HEIC.xmp"),
        ("IMG-edited.jpg", "IMG.xmp"),
        ("IMG.3fr", "IMG.3fr.supplemental-metadata.json"),
        ("IMG-edited.jpg", "IMG.3fr.supplemental-metadata.json"),
        ("IMG.jpg", "IMG.x3f.json"),
        ("IMG_1234.m2ts", "IMG_1234.HEIC.json"),
    ],
)
def test_the_sidecar_of_a_picture(picture: str, sidecar: str) -> None:
    assert match([picture], [sidecar]) == {picture: [sidecar]}


@pytest.mark.parametrize(
    ("picture", "sidecar"),
    [
        ("IMG(1).jpg", "IMG.jpg.json"),
        ("IMG.jpg", "IMG.jpg(1).json"),
        ("IMG.jpg", "IMG(1).jpg.json"),
        ("IMG_1.jpg", "IMG.jpg.json"),
        ("IMG.jpg", "IMG2.jpg.json"),
        ("IMG-evening.jpg", "IMG.jpg.json"),
        ("IMG-e.jpg", "IMG.jpg.json"),
        ("IMG(1).jpg", "IMG.xmp"),
        ("IMG.jpg", "IMG.CR2.xmp"),
        ("IMG.jpg", "IMG.jpg.note.json"),
        (f"{CUT}bc(494).jpg", f"{CUT}b(185).json"),
        (f"{CUT}bc(494).jpg", f"{CUT}b.json"),
        (f"{CUT}bc.jpg", f"{CUT}b.xmp"),
        (f"{CUT}bc.jpg", f"{CUT}.json"),
        ("metadata.jpg", "metadata.json"),
        ("métadonnées.jpg", "métadonnées(1).json"),
        ("print-subscriptions.jpg", "print-subscriptions.json"),
        ("IMG.jpg", ".IMG.jpg.json"),
    ],
)
def test_what_describes_another_picture_or_none(picture: str, sidecar: str) -> None:
    assert match([picture], [sidecar]) == {picture: []}


@pytest.mark.parametrize(
    "expected",
    [
        {"IMG.jpg": ["IMG.jpg.json", "IMG.jpg.xmp"], "IMG.cr2": ["IMG.xmp"]},
        {"IMG.HEIC": ["IMG.HEIC.json"], "IMG.MP4": ["IMG.HEIC.json"], "IMG-edited.jpg": ["IMG.HEIC.json"]},
        {"IMG.HEIC": ["IMG.HEIC.json"], "IMG.MP4": ["IMG.MP4.json"]},
        {"IMG.HEIC": ["IMG.json"], "IMG.MP4": ["IMG.json"]},
        {"IMG.HEIC": ["IMG.HEIC.json"], "IMG.jpg": []},
        {"IMG.MP4": ["IMG.MP4.json"], "IMG.MOV": []},
        {"a.jpg": ["a.jpg.json"], "a.jpg.png": []},
        {"a.jpg": ["a.jpg.xmp"], "a.jpg.png": []},
        {"IMG.jpg": ["IMG.jpg.json"], "IMG-edited.jpg": ["IMG-edited.jpg.json"]},
        {"IMG.JPG": ["IMG.JPG.json"], "IMG.jpg": []},
        {"IMG.jpg": ["IMG.jpg.json"], "IMG(1).jpg": ["IMG.jpg(1).json"], "IMG(2).jpg": []},
        {"IMG(1).jpg": ["IMG(1).jpg.json"], "IMG(1)(1).jpg": ["IMG(1).jpg(1).json"]},
        {f"{CUT}b.jpg": [f"{CUT}b.json"], f"{CUT}b-.jpg": [f"{CUT}b.json"]},
        {f"{CUT}bc.HEIC": [f"{CUT}b.json"], f"{CUT}bc.MP4": [f"{CUT}b.json"]},
        {f"{CUT}bc.jpg": [f"{CUT}b.json"], f"{CUT}bc(1).jpg": [f"{CUT}b.json"], f"{CUT}bc(2).jpg": []},
        {f"{CUT}bc.jpg": [f"{CUT}b.json"], f"{CUT}bc(1).jpg": [f"{CUT}b(1).json"]},
        {f"{CUT}bc.jpg": [f"{CUT}b.json"], f"{CUT}bd(1).jpg": []},
        {f"{CUT[:42]}.jpg": [f"{CUT[:42]}.jpg.json"], f"{CUT[:42]}.jpg_large.jpg": []},
        {"a.jpg": ["a.jpg.json"], "b.jpg": ["b.json"], "c.jpg": ["c.jp.json"], "d.jpg": []},
    ],
)
def test_neighbours_share_what_is_theirs_and_take_nothing_else(expected: dict[str, list[str]]) -> None:
    sidecars = list(dict.fromkeys(name for found in expected.values() for name in found))
    assert match(list(expected), sidecars) == expected
    assert match(list(expected)[::-1], sidecars[::-1]) == expected


def test_where_two_pictures_could_own_a_sidecar_neither_does() -> None:
    """A wrong date is worse than none; an edited copy gets it neither."""
    pictures = [f"{CUT}bc.jpg", f"{CUT}bd.jpg", f"{CUT}bc(1).jpg"]
    assert match(pictures, [f"{CUT}b.json"]) == {picture: [] for picture in pictures}


def test_the_plain_name_comes_before_the_new_one() -> None:
    sidecars = ["IMG.jpg.supplemental-metadata.json", "IMG.jpg.json"]
    assert match(["IMG.jpg"], sidecars) == {"IMG.jpg": ["IMG.jpg.json"]}


def utf16(text: str, units: int) -> str:
    """Cut as Google does; half of a surrogate pair is dropped."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def exported(titles: list[tuple[str, str]], tail: str) -> dict[str, str]:
    """The pictures of a folder as Takeout names them, each with its sidecar."""
    found: dict[str, str] = {}
    names: set[str] = set()
    for stem, suffix in titles:
        base, sidecar = utf16(stem, 47), utf16(f"{stem}{suffix}{tail}", 46)
        for number in ("", *(f"({again})" for again in range(1, 20))):
            picture, beside = f"{base}{number}{suffix}", f"{sidecar}{number}.json"
            if not names & {fold(picture), fold(beside)}:
                break
        names |= {fold(picture), fold(beside)}
        found[picture] = beside
    return found


def apart(titles: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop titles that differ only beyond Google's cut: no name tells their sidecars apart."""
    first: dict[str, str] = {}
    return [one for one in titles if first.setdefault(fold(utf16(one[0], 42)), one[0]) == one[0]]


stems = st.builds(
    str.__add__,
    st.sampled_from(
        ["", "IMG_2019", *("a" * length for length in (30, 38, 40, 42)), "é" * 40, "e\u0301" * 20, "😀" * 20]
    ),
    st.text("ab 1._(é😀\u0301", min_size=1, max_size=9),
).filter(lambda stem: not stem.startswith(".") and stem.strip(" .") != "")
titles = st.lists(
    st.tuples(stems, st.sampled_from([".jpg", ".JPG", ".png", ".heic", ".jpeg"])), min_size=1, max_size=8
)


@examples(300)
@given(
    titles,
    st.integers(0, 2),
    st.sampled_from(["", ".supplemental-metadata"]),
    st.randoms(use_true_random=False),
)
@example([(f"{CUT}bcd", ".jpg")], 2, "", random.Random(0))
@example([(CUT, ".jpg"), (CUT, ".png"), (CUT[:-2], ".jpg"), (CUT[:-2], ".jpeg")], 1, "", random.Random(0))
def test_what_google_writes_leads_back(
    written: list[tuple[str, str]], again: int, tail: str, chance: random.Random
) -> None:
    """To its own picture and to no neighbour, in any order, and even if other sidecars are missing."""
    folder = exported(apart(written + written[:again]), tail)
    lost = {picture for picture in folder if ")" not in picture and chance.random() < 0.2}
    kept = {picture: [] if picture in lost else [sidecar] for picture, sidecar in folder.items()}
    pictures, sidecars = list(kept), [sidecar for found in kept.values() for sidecar in found]
    chance.shuffle(pictures)
    chance.shuffle(sidecars)
    assert match(pictures, sidecars) == kept


@settings(deadline=None)
@given(st.lists(st.text("ab(1)-.éjpgxmsonedit😀", max_size=60), max_size=12, unique=True), st.data())
def test_any_names_give_an_answer_that_does_not_depend_on_their_order(
    names: list[str], data: st.DataObject
) -> None:
    sidecars = [f"{name}{data.draw(st.sampled_from(['.json', '.xmp']))}" for name in names]
    pictures = [f"{name}.jpg" for name in names]
    found = match(pictures, sidecars)
    assert list(found) == pictures
    for picture in pictures:
        assert len(found[picture]) == len({name[-5:] for name in found[picture]}) <= 2
    assert match(pictures[::-1], sidecars[::-1]) == found


Form = Literal["NFC", "NFD"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("beside", ["NFC", "NFD"])
def test_a_cut_name_is_found_in_whichever_form_of_its_letters(form: Form, beside: Form) -> None:
    """For example unpacked by one system, numbered by another."""
    counted = utf16(unicodedata.normalize(beside, "é" * 60), 46)
    picture = unicodedata.normalize(form, utf16(unicodedata.normalize(beside, "é" * 60), 47)) + ".jpg"
    assert match([picture], [f"{counted}.json"]) == {picture: [f"{counted}.json"]}


@pytest.mark.parametrize(
    "stem", ["IMG_{}", "a" * 50 + "{}", "a" * 50 + "({})", "IMG({})", "{}-edited", "é" * 50 + "{}"]
)
def test_a_large_folder_takes_no_pairwise_comparison(stem: str) -> None:
    """Comparing 10,000 of each pairwise would take 100,000,000 comparisons; this takes half a second."""
    pictures = [f"{stem.format(number)}.jpg" for number in range(10_000)]
    started = time.process_time()
    found = match(pictures, [f"{picture}.supplemental-metadata.json" for picture in reversed(pictures)])
    assert time.process_time() - started < 5
    assert found == {picture: [f"{picture}.supplemental-metadata.json"] for picture in pictures}


def test_many_alike_that_none_owns() -> None:
    """The worst case: every rule checks everything and nothing matches."""
    pictures = [f"{'a' * 50}{number}-edited(1).mp4" for number in range(10_000)]
    sidecars = [f"{'a' * 46}{'.' * number}.json" for number in range(200)] + ["b" * 100_000 + ".json"]
    started = time.process_time()
    assert not any(match([*pictures, "c" * 100_000 + ".jpg"], sidecars).values())
    assert time.process_time() - started < 10


def test_the_files_that_may_hold_an_albums_title() -> None:
    sidecars = [
        "métadonnées.json",
        "Metadaten(1).json",
        "何か.json",
        "a.jpg.json",
        "gone.jpg.json",
        "gone.HEIC.supplemental-met(2).json",
        "print-subscriptions.json",
        "shared_album_comments(1).json",
        "user-generated-memory-titles.json",
        "b.json",
        "b.xmp",
    ]
    matched = match(["a.jpg", "b.jpg"], sidecars)
    assert album_candidates(sidecars, matched) == ["métadonnées.json", "Metadaten(1).json", "何か.json"]


@pytest.mark.parametrize(
    "name",
    [
        *("metadata.xmp", "a.jpg.json", ".metadata.json", "metadata", "print-subscriptions.json"),
        *("a.3fr.json", "a.raw.supplemental-metadata.json", "a.m2ts.json"),
    ],
)
def test_what_holds_no_albums_title(name: str) -> None:
    assert not is_album_file(name)


def of_one_stem(count: int) -> dict[str, tuple[list[str], list[str]]]:
    """Pictures and sidecars of a folder, whose names differ in the case of letters, in numbers or in suffixes."""
    names = [
        "".join(letters)
        for letters in islice(product(*(f"{one}{one.upper()}" for one in "abcdefghi")), count)
    ]
    numbered = range(count)
    return {
        "letters": ([f"{one}.jpg" for one in names], [f"{one}.xmp" for one in names]),
        "films": ([f"{one}.mp4" for one in names], [f"{one}.json" for one in names]),
        "numbers": ([f"a({n}).jpg" for n in numbered], [f"a.jpg({n}).json" for n in numbered]),
        "suffixes": (
            [f"a.{n}" for n in numbered],
            [f"a.{n}{end}" for n in numbered for end in (".xmp", ".json")],
        ),
    }


@pytest.mark.parametrize("names", of_one_stem(1))
def test_twice_as_many_files_of_one_stem_take_twice_the_calls(names: str) -> None:
    def calls(count: int) -> int:
        happened = 0

        def count_it(_frame: object, _event: str, _argument: object) -> None:
            nonlocal happened
            happened += 1

        files = of_one_stem(count)[names]
        before = sys.getprofile()
        sys.setprofile(count_it)
        try:
            match(*files)
        finally:
            sys.setprofile(before)
        return happened

    calls(1)  # imports and caches
    once, twice = calls(200), calls(400)
    assert twice < 2.2 * once, (once, twice)
