"""What people write finds what they mean: some 380 queries in English and German, each beside a search in the grammar
of keys that finds the same."""

import unicodedata
from pathlib import Path

import pytest

from tests.gateway.search.written_library import DECOMPOSED
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUERIES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "queries.tsv").read_text("utf-8").splitlines()
]


async def found(album: Stack, q: str) -> set[str]:
    answer = await album.client.get("/api/images", params={"q": q, "limit": "500"})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def test_there_are_enough_of_both_languages() -> None:
    assert len(QUERIES) >= 300
    assert len({query for query, _ in QUERIES}) == len(QUERIES)


async def test_nearly_all_find_what_is_meant_and_nothing_else(album: Stack) -> None:
    """One test, as it takes a second for all of them."""
    wrong = []
    for query, same in QUERIES:
        wanted = set[str]().union(*[await found(album, one) for one in same.split(" || ")])
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
