"""What the network's classes mean to a person."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.knowledge import taxonomy
from services.knowledge.calibration import calibrated
from services.knowledge.head_table import table
from services.knowledge.taxonomy import FLOOR, BrokenTaxonomy, Taxonomy

CATEGORIES = """id\tname\tgroup\tkind\tthreshold\teveryday
animals\tAnimals\t\tgroup\t0.6\t1
bird\tBird\tanimals\tcategory\t0.35\t1
duck\tDuck\tanimals\tcategory\t0.35\t1
home\tHome\t\tgroup\t0.85\t0
"""
CLASSES = """index\twnid\tname\tcategories
0\tn0\trobin\tbird
1\tn1\tdrake\tbird;duck
2\tn2\tworm\tanimals
3\tn3\tflagpole\t
"""


@pytest.fixture
def small() -> Taxonomy:
    return Taxonomy(CLASSES, CATEGORIES)


def test_a_score_is_the_sum_over_classes(small: Taxonomy) -> None:
    """Two kinds of bird are one bird."""
    scores = small.scores([(0, 0.25), (1, 0.5)])
    assert scores == {"bird": 0.75, "duck": 0.5, "animals": 0.75}


def test_a_group_counts_each_class_once(small: Taxonomy) -> None:
    """A class in two of a group's categories counts once for the group; one assigned to the group itself counts too."""
    assert small.scores([(1, 0.5), (2, 0.25)])["animals"] == 0.75


def test_a_class_may_mean_nothing(small: Taxonomy) -> None:
    """A class without a category and one missing from the table are both ignored."""
    assert small.scores([(3, 0.9), (1000, 0.1), (-1, 0.1)]) == {}
    assert small.of_class(3) == ()


def test_what_a_threshold_could_show_is_kept_best_first(small: Taxonomy) -> None:
    """From the floor upwards."""
    assert small.kept([(1, 0.35), (0, 0.3)]) == [("animals", 0.65), ("bird", 0.65), ("duck", 0.35)]
    assert small.kept([(1, 0.09), (0, 0.3)]) == [("animals", 0.39), ("bird", 0.39)]
    assert FLOOR == 0.1
    assert small.kept([(2, 0.1)]) == [("animals", 0.1)]


_BEE, _CORN = 309, 987


@given(
    st.lists(
        st.tuples(st.floats(0.001, 1), st.sampled_from([_BEE, 1, _CORN, 3]) | st.integers(0, 999)),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([0.5, 0.66, 1.0, 1.4]),
    st.integers(0, 1),
)
def test_kept_is_what_calibration_says(parts: list[tuple[float, int]], temperature: float, rest: int) -> None:
    """The fast loop gives the same result as the two separate steps, also where many small parts add up."""
    total = sum(part for part, _ in parts) + rest
    classes = [(index, part / total) for part, index in sorted(parts, reverse=True)]
    known = taxonomy.load()
    scaled = calibrated(classes, temperature)
    best, probability = scaled[0]
    assume(known.of_class(best, probability - 1e-6) == known.of_class(best, probability + 1e-6))
    slow = known.scores(scaled)
    wanted = {c: score for c, score in slow.items() if score >= 0.1 + 1e-6}
    found = dict(known.kept(classes, temperature))
    assert {c: found.get(c) for c in wanted} == pytest.approx(wanted, abs=2e-6)
    assert all(slow[c] >= 0.1 - 1e-6 for c in found)


def test_nothing_is_kept_of_no_classes(small: Taxonomy) -> None:
    """A file of a network that says nothing, or only zeros, is no error."""
    assert small.kept([]) == small.kept([], 0.5) == small.kept([(0, 0.0)]) == []


class TestConditions:
    """What a class is often taken for depends on how sure the network is of it."""

    @pytest.fixture
    def careful(self) -> Taxonomy:
        return Taxonomy(CLASSES.replace("2\tn2\tworm\tanimals", "2\tn2\tworm\tbird@0.8;home<0.8"), CATEGORIES)

    @pytest.mark.parametrize(
        ("classes", "kept"),
        [
            ([(2, 0.79)], {"home": 0.79}),
            ([(2, 0.8)], {"bird": 0.8, "animals": 0.8}),
            ([(2, 0.85), (1, 0.15)], {"bird": 1.0, "animals": 1.0, "duck": 0.15}),
            ([(1, 0.6), (2, 0.4)], {"bird": 0.6, "animals": 0.6, "duck": 0.6, "home": 0.4}),
        ],
    )
    def test_a_class_counts_from_a_probability_or_below_it(
        self, careful: Taxonomy, classes: list[tuple[int, float]], kept: dict[str, float]
    ) -> None:
        """`bird@0.8` from 0.8, with its group; `home<0.8` below it; other classes as ever."""
        assert {c: s for c, s in careful.scores(classes).items() if s} == pytest.approx(kept)
        assert dict(careful.kept(classes)) == pytest.approx(kept)

    def test_the_probability_is_the_calibrated_one(self, careful: Taxonomy) -> None:
        """At a temperature of a half, 0.75 before scaling is surer than 0.8."""
        assert dict(careful.kept([(2, 0.75)], 0.5)) == pytest.approx({"bird": 1.0, "animals": 1.0}, abs=1e-3)

    def test_what_a_class_may_add_to_is_known_for_any_probability(self, careful: Taxonomy) -> None:
        assert careful.of_class(2) == ("bird", "animals", "home")
        assert careful.of_class(2, 0.7) == ("home",)

    @pytest.mark.parametrize("entry", ["bird@0.4", "bird@1.5", "bird@0.8;home<0.7", "bird@lots", "goose@0.8"])
    def test_a_condition_that_two_classes_could_meet_is_refused(self, entry: str) -> None:
        """At most one class is likelier than a half; and one class has one condition."""
        with pytest.raises(BrokenTaxonomy):
            Taxonomy(CLASSES.replace("\tbird\n", f"\t{entry}\n"), CATEGORIES)


def test_rounding_errors_never_exceed_one(small: Taxonomy) -> None:
    """Rounded probabilities may add up to more than 1; a score never does."""
    assert small.kept([(0, 0.700001), (1, 0.300001)])[0][1] == 1.0


@pytest.mark.parametrize(
    ("classes", "categories"),
    [
        (CLASSES.replace("0\tn0", "7\tn0"), CATEGORIES),
        (CLASSES.replace("bird;duck", "bird;goose"), CATEGORIES),
        (CLASSES, CATEGORIES.replace("\tgroup\t", "\tfamily\t")),
        (CLASSES, CATEGORIES.replace("\t0.85\t0", "\t0.85")),
    ],
)
def test_tables_that_contradict_each_other_are_refused(classes: str, categories: str) -> None:
    """A class out of order, an unknown category, an unknown kind and a short line are reported, not guessed."""
    with pytest.raises(BrokenTaxonomy):
        Taxonomy(classes, categories)


class TestCommitted:
    """The tables that are shipped."""

    def test_every_class_is_mapped_or_left_out_on_purpose(self) -> None:
        """All 1000 classes are there; those without a category are exactly the ones declared so in `anchors.toml`."""
        known = taxonomy.load()
        assert len(known.classes) == 1000
        nowhere = {c.name for c in known.classes if not known.of_class(c.index)}
        anchors = Path(__file__).parents[2] / "ops" / "taxonomy" / "anchors.toml"
        placed = tomllib.loads(anchors.read_text("utf-8"))["placed"]
        assert nowhere == {name for name, ids in placed.items() if not ids}

    def test_about_a_hundred_categories_in_a_dozen_groups(self) -> None:
        """A list short enough to browse, with each category in a group, and with classes or a head."""
        categories = [c for c in taxonomy.load().categories.values() if "kinds" not in (c.id, c.group_id)]
        groups = {c.id for c in categories if c.kind == "group"}
        plain = [c for c in categories if c.kind == "category"]
        assert 10 <= len(groups) <= 15
        assert 90 <= len(plain) <= 130
        assert all(c.group_id in groups for c in plain)
        used = {i for index in range(1000) for i in taxonomy.load().of_class(index)}
        named = {id_ for rows in table().values() for head in rows for id_ in head.ids}
        assert (used | named) - {taxonomy.DOCUMENT} == groups | {c.id for c in plain}

    def test_class_names_are_unambiguous(self) -> None:
        """A crane that flies and one that lifts are told apart."""
        classes = taxonomy.load().classes
        assert len({c.name for c in classes}) == len({c.wnid for c in classes}) == 1000

    def test_a_husky_that_may_be_a_malamute_is_a_dog(self) -> None:
        """Neither breed reaches a threshold; together they are a dog and an animal."""
        husky, malamute = (_index("n02110185"), _index("n02110063"))
        assert taxonomy.load().kept([(husky, 0.3), (malamute, 0.28)]) == [("animals", 0.58), ("dog", 0.58)]

    @pytest.mark.parametrize(
        ("index", "probability", "categories"),
        [
            (698, 1.0, "building places"),  # palace
            (442, 1.0, "monument places"),  # bell tower
            (449, 1.0, "harbour places"),  # boathouse
            (879, 1.0, ""),  # umbrella
            (643, 1.0, ""),  # mask
            (570, 1.0, ""),  # gas mask
            (781, 1.0, ""),  # scoreboard
            (807, 1.0, ""),  # solar thermal collector
            (755, 1.0, ""),  # radio telescope
            (470, 1.0, ""),  # candle
            (905, 1.0, ""),  # window shade
            (421, 1.0, ""),  # banister
            (629, 0.89, ""),  # lipstick
            (629, 0.9, "cosmetics personal"),
            (585, 0.89, ""),  # hair spray
            (585, 0.9, "cosmetics personal"),
            (419, 0.89, ""),  # Band-Aid
            (419, 0.9, "medical personal"),
            (678, 0.89, ""),  # neck brace
            (678, 0.9, "medical personal"),
            (830, 0.89, ""),  # stretcher
            (830, 0.9, "medical personal"),
            (523, 0.89, ""),  # crutch
            (523, 0.9, "medical personal"),
            (593, 0.89, ""),  # harmonica
            (593, 0.9, "wind-instrument music"),
            (683, 0.89, ""),  # oboe
            (683, 0.9, "wind-instrument music"),
            (902, 0.89, ""),  # whistle
            (577, 0.89, ""),  # gong
            (577, 0.9, "drums music"),
            (642, 0.89, ""),  # marimba
            (642, 0.9, "drums music"),
            (747, 0.89, ""),  # punching bag
            (747, 0.9, "gym sport"),
            (309, 0.79, ""),  # bee
            (309, 0.8, "insect animals"),
            (310, 0.79, ""),  # ant
            (310, 0.8, "insect animals"),
            (325, 0.79, ""),  # sulphur butterfly
            (325, 0.8, "insect butterfly animals"),
            (318, 0.79, ""),  # lacewing
            (318, 0.8, "insect animals"),
            (987, 0.79, "plant nature"),  # corn
            (987, 0.8, "vegetable food"),
            (936, 0.79, "plant nature"),  # cabbage
            (936, 0.8, "vegetable food"),
            (937, 0.79, "plant nature"),  # broccoli
            (937, 0.8, "vegetable food"),
            (829, 1.0, "bus train vehicles"),  # tram
            (757, 0.79, "camping vehicles places"),  # recreational vehicle
            (757, 0.8, "truck camping vehicles places"),
            (656, 0.79, "car vehicles"),  # minivan
            (656, 0.8, "car truck vehicles"),
            (555, 0.79, "vehicles"),  # fire truck
            (555, 0.8, "truck vehicles"),
            (701, 1.0, "sport"),  # parachute
            (624, 1.0, "building places"),  # library
            (454, 1.0, "shop places"),  # bookstore
            (509, 1.0, "shop places"),  # candy store
            (273, 1.0, "dog animals"),  # dingo
            (918, 1.0, "document work kind-document"),  # crossword
        ],
    )
    def test_a_class_is_mapped_as_a_person_would_name_its_photos(
        self, index: int, probability: float, categories: str
    ) -> None:
        """Each was seen wrong on a family's photos."""
        assert set(taxonomy.load().of_class(index, probability)) == set(categories.split())

    def test_the_licence_is_beside_the_tables(self) -> None:
        """WordNet requires its notice to accompany derived works."""
        notice = Path(taxonomy.__file__).parent / "data" / "NOTICE"
        assert "Princeton University" in notice.read_text("utf-8")


def _index(wnid: str) -> int:
    return next(c.index for c in taxonomy.load().classes if c.wnid == wnid)
