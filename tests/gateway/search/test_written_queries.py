"""What people write finds what they mean: some 700 queries in the languages of the pages, each beside a search in the
grammar of keys that finds the same."""

import unicodedata
from pathlib import Path

import pytest

from services.knowledge.languages import OWN_NAMES
from tests.gateway.search.written_library import DECOMPOSED
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")
FOLDER = Path(__file__).parent
QUERIES = {
    path.stem: [tuple(line.split("\t")) for line in path.read_text("utf-8").splitlines()]
    for path in sorted(FOLDER.glob("queries*.tsv"))
}
"""`queries` in English and German, `queries_fr` and so on: (what is written, what finds the same)."""


@pytest.fixture(scope="module")
def meant() -> dict[str, set[str]]:
    """Search in the grammar of keys -> what it finds: those of one language are mostly those of another."""
    return {}


async def found(album: Stack, q: str) -> set[str]:
    answer = await album.client.get("/api/images", params={"q": q, "limit": "500"})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def test_there_are_enough_of_each_language() -> None:
    assert QUERIES.keys() == {"queries", *(f"queries_{code}" for code in OWN_NAMES.keys() - {"en", "de"})}
    assert len(QUERIES["queries"]) >= 300
    assert all(len(some) >= 60 for some in QUERIES.values())
    everything = [query for some in QUERIES.values() for query, _ in some]
    assert len(set(everything)) > 600


@pytest.mark.parametrize("name", QUERIES)
async def test_nearly_all_find_what_is_meant_and_nothing_else(
    album: Stack, meant: dict[str, set[str]], name: str
) -> None:
    """One test for each list, as it takes a second for all of it."""
    wrong = []
    for query, same in QUERIES[name]:
        for one in same.split(" || "):
            if one not in meant:
                meant[one] = await found(album, one)
        wanted = set[str]().union(*(meant[one] for one in same.split(" || ")))
        assert wanted, f"{same} finds nothing"
        if (actual := await found(album, query)) != wanted:
            wrong.append(f"{query}: {len(actual - wanted)} too many, {len(wanted - actual)} missing")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "q",
    [
        "frühstück lodz",
        "FRUHSTUCK LODZ",
        "fruehstueck in Lodz",
        unicodedata.normalize("NFC", DECOMPOSED),
        f'album:"{DECOMPOSED}"',
    ],
)
async def test_how_a_name_was_typed_makes_no_difference(album: Stack, q: str) -> None:
    assert len(await found(album, q)) == 1
