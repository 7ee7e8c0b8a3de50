"""Any text is a valid search; what is not understood is reported in a sentence."""

import sqlite3
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.search.grammar import KEYS, LONGEST_SEARCH, MOST_TERMS, Search, Term, parse, quoted
from services.gateway.search.name_index import NameIndex
from services.gateway.search.numbers import number_range
from services.gateway.search.places import place
from services.gateway.search.terms import condition, searched
from services.gateway.search.understanding import understood
from services.gateway.search.vocabulary import NamedAlbum, NamedCategory, Vocabulary
from services.gateway.search.word import matched
from services.projector.tables import complete, create
from tests.support.chance import examples

VOCABULARY = Vocabulary(
    categories=[NamedCategory("kinds", "Kinds", None), NamedCategory("kind-video", "Video", "kinds")],
    albums=[NamedAlbum("a", "a", None), NamedAlbum("b", "b", "album:b a")],
    place=["Rome, Italy", "Italy"],
    camera=["Nokia 7"],
    lens=[],
    folder=["2016"],
    person=["Ada"],
    keyword=["sun"],
    type=["JPEG"],
    today=date(2026, 11, 29),
)
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "-",
            '"',
            ":",
            "|",
            "..",
            " ",
            "*",
            "(",
            "AND",
            "NEAR",
            "dog",
            "2016",
            "48.1,11.6",
            "is:film",
            "a",
            "Ada",
        ]
    ),
    st.sampled_from(
        [
            "last",
            "summer",
            "or",
            "not",
            "the",
            "14.",
            "July",
            "2014-2016",
            "since",
            "ago",
            "3",
            "weeks",
            "videos",
            "🐶",
            "hot dog",
        ]
    ).map(lambda word: f" {word} "),
    st.sampled_from(KEYS).map(lambda key: f"{key}:"),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    create(connection)
    complete(connection)
    return connection


@examples(600)
@given(TEXTS)
def test_any_text_is_a_search_that_sqlite_answers(db: sqlite3.Connection, text: str) -> None:
    search = parse(text)
    assert len(search.terms) <= MOST_TERMS
    assert all(note[-1] in ".?)" for note in search.notes), search.notes
    sql, parameters = searched(search, VOCABULARY)
    assert db.execute(f"SELECT count(*) FROM image i WHERE {sql}", parameters).fetchone() == (0,)


@examples(300)
@given(st.text(alphabet=st.characters(categories=["L", "N", "M"]), min_size=1, max_size=8))
def test_any_word_is_a_phrase_for_fts5(db: sqlite3.Connection, word: str) -> None:
    db.execute("SELECT count(*) FROM word WHERE word MATCH ?", (matched(word),)).fetchone()


@examples(200)
@given(st.sampled_from(["category", "album", "person"]), st.text(min_size=1, max_size=20))
def test_a_value_that_is_written_out_is_read_back(key: str, value: str) -> None:
    """The value that completion inserts into the field means that name."""
    search = parse(f"{key}:{quoted(value)}")
    plain = parse(f'{key}:"{value.replace(chr(34), " ")}"')
    assert search.terms == plain.terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("dog", [Term("", ("dog",))]),
        ("dog -cat", [Term("", ("dog",)), Term("", ("cat",), True)]),
        ('"red car" x', [Term("", ("red car",)), Term("", ("x",))]),
        ('album:"Trip to Rome"', [Term("album", ("Trip to Rome",))]),
        ('-album:"Trip', [Term("album", ("Trip",), True)]),
        ("CATEGORY:dog|cat|", [Term("category", ("dog", "cat"))]),
        ("is:Hidden", [Term("is", ("hidden",))]),
        ("is:blue", [Term("is", ())]),
        ("colour:blue", [Term("", ("colour blue",))]),
        ("  ", []),
    ],
)
def test_the_grammar(text: str, terms: list[Term]) -> None:
    assert list(parse(text).terms) == terms


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("is:blue", "“is:blue” is not known"),
        ("camra:nokia", "Did you mean “camera:”?"),
        ("year:abc", "write year:2016 or year:2014..2016"),
        ("near:here", "write near:48.1,11.6"),
        ("near:91,0", "write near:48.1,11.6"),
        ("camera:", "needs a value"),
        ('"dog', "isn’t closed"),
        ("&&&", "no letter or digit"),
        ("dog " * 30, "at most 24 terms"),
        ("x" * 600, f"at most {LONGEST_SEARCH} characters"),
    ],
)
def test_what_is_not_understood_is_explained(text: str, says: str) -> None:
    assert says in " ".join(parse(text).notes)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("4", (4, 4)),
        ("-1", (-1, -1)),
        ("3..5", (3, 5)),
        ("3..", (3, 2**62)),
        ("..2", (0, 2)),
        ("..-1", (-(2**62), -1)),
        ("-3..-1", (-3, -1)),
        ("..", None),
        ("", None),
        ("four", None),
    ],
)
def test_numbers(text: str, numbers: tuple[int, int] | None) -> None:
    assert number_range(text) == numbers


@pytest.mark.parametrize(
    ("text", "circle"),
    [
        ("90,180", (90, 180, 10)),
        ("-90, -180, 20100", (-90, -180, 20_100)),
        ("48.1,11.6,0.5", (48.1, 11.6, 0.5)),
        ("90.1,0", None),
        ("0,180.1", None),
        ("0,0,0", None),
        ("0,0,20101", None),
    ],
)
def test_places(text: str, circle: tuple[float, float, float] | None) -> None:
    got = place(text)
    assert (got and (got.latitude, got.longitude, got.km)) == circle


def test_near_is_a_circle_also_where_degrees_are_narrow(db: sqlite3.Connection) -> None:
    """10 km are 0.09° of latitude; at 60° N, they are 0.18° of longitude."""
    sql, parameters = condition(parse("near:60,10,10").terms[0], VOCABULARY)
    for latitude, longitude, inside in (
        (60, 10.17, True),
        (60, 10.19, False),
        (60.08, 10, True),
        (60.1, 10, False),
        (60.07, 10.14, False),
    ):
        with db:
            db.execute(
                "INSERT INTO located (image_id, latitude, longitude, x, y, city, country, code, region) "
                "VALUES ('a', ?, ?, 0, 0, '', '', '', '')",
                (latitude, longitude),
            )
            query = f"SELECT count(*) FROM (SELECT 'a' AS image_id) i WHERE {sql}"
            assert db.execute(query, parameters).fetchone() == (int(inside),), (latitude, longitude)
            db.rollback()


@pytest.mark.parametrize(
    ("text", "states"),
    [("is:hidden", {"hidden"}), ("-is:hidden", set()), ('"hidden" x', set()), ("name:hidden", set())],
)
def test_only_a_state_that_is_asked_for_shows_what_no_search_shows(text: str, states: set[str]) -> None:
    assert understood(parse(text), VOCABULARY.today).states == states


def test_words_that_mean_something_together_may_also_stand_apart() -> None:
    (clause,) = understood(parse("last summer"), VOCABULARY.today).clauses
    apart = [[term.values for term in option] for option in clause.units[0].options if len(option) > 1]
    assert apart == [[("last",), ("summer",)]]


@pytest.mark.parametrize("text", ["dog", " camera: dog", "-camera: dog place: cat", 'x "dog" -cat'])
def test_a_term_knows_where_it_stands(text: str) -> None:
    search = parse(text)
    written = [search.text[token.first : token.last].strip('-"') for token in search.tokens]
    assert written == [value for term in search.terms for value in term.values]


@pytest.mark.parametrize("text", ["-", "--", '""', '-""', ""])
def test_nothing_is_typed_yet_and_nothing_is_wrong(text: str) -> None:
    assert parse(text) == Search(parse(text).text)


def test_a_word_that_says_little_may_be_left_out_unless_it_is_all() -> None:
    for text, soft in (("trip", [False]), ("trip Rome", [True, False])):
        clauses = understood(parse(text), VOCABULARY.today).clauses
        assert [unit.soft for clause in clauses for unit in clause.units] == soft


def test_a_name_of_several_words_has_them_in_any_order() -> None:
    """One word also finds a name that is another form of it, and then no longer ones."""
    names = NameIndex(["Rome, Italy", "Cats", "Cats of Rome"])
    for typed, matching in (
        ("italy rome", ["Rome, Italy"]),
        ("cat", ["Cats"]),
        ("rome cat", ["Cats of Rome"]),
        ("ca", ["Cats", "Cats of Rome"]),
    ):
        assert names.matching(typed) == matching, typed


def test_as_long_as_a_search_may_be_it_is_read_in_whole() -> None:
    assert parse("x" * LONGEST_SEARCH).notes == ()


def test_a_megabyte_is_read_at_once() -> None:
    assert len(parse('category:"' * 100_000).terms) <= MOST_TERMS
