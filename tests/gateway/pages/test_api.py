import httpx
import pytest

from services.knowledge import taxonomy
from tests.gateway.pages.seeded import COUNT, image_id, taken

ITEM = {
    "id", "taken_at", "taken_at_utc", "taken_at_source", "width", "height", "categories", "files",
    "preview_url", "original_url",
}  # fmt: skip


async def test_the_list_has_the_promised_fields(client: httpx.AsyncClient) -> None:
    """Programs rely on these names: no fewer, no others."""
    answer = (await client.get("/api/images", params={"limit": 3})).json()
    assert set(answer) == {"items", "next", "total"}
    assert answer["total"] == COUNT
    for item in answer["items"]:
        assert set(item) == ITEM
        assert item["taken_at_utc"] == item["taken_at"] + "Z"
        assert item["files"][0].endswith(".jpg")


async def test_one_photo_has_everything(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/images/{image_id(0)}")).json()
    assert set(answer) >= ITEM | {"models", "history", "metadata", "albums"}
    assert answer["models"] == [
        {
            "id": "lite0",
            "classes": [
                {"index": 207, "name": "Golden Retriever", "p": 0.5},
                {"index": 281, "name": "tabby cat", "p": 0.4},
            ],
            "labels": {"animals": 0.9, "cat": 0.4, "dog": 0.5},
        }
    ]
    assert answer["categories"][0] == {
        "id": "own", "name": "Own <b>words</b>", "score": 1.0, "source": "user"
    }  # fmt: skip
    assert {category["source"] for category in answer["categories"][1:]} == {"model"}
    assert answer["albums"] == ["lake"]


async def test_a_rejected_category_is_not_shown(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/images/{image_id(2)}")).json()
    assert answer["categories"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"}, {"after": "WyItdGFrZW5fYXQiLDFd"}, {"sort": "name"}, {"sort": "album"}, {"limit": "0"},
        {"limit": "501"}, {"limit": "many"}, {"limit": "-1"},
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_422(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await client.get("/api/images", params=query)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


async def test_a_cursor_of_the_other_order_is_refused(client: httpx.AsyncClient) -> None:
    cursor = (await client.get("/api/images", params={"limit": 1})).json()["next"]
    answer = await client.get("/api/images", params={"after": cursor, "sort": "taken_at"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/api/images?category=none",
        "/api/images?category=gone",
        "/api/images?album=none",
        "/api/images/none",
        "/api/albums/none",
    ],
)
async def test_what_does_not_exist_is_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(".")


async def test_categories_count_visible_photos_and_groups_each_photo_once(client: httpx.AsyncClient) -> None:
    found = {category["id"]: category for category in (await client.get("/api/categories")).json()}
    assert set(found) == {*taxonomy.load().categories, "own"}
    assert {id_ for id_, category in found.items() if category["count"]} == {"animals", "dog", "cat", "own"}
    assert found["dog"]["count"] == COUNT // 2 - 1
    assert found["cat"]["count"] == COUNT // 5
    assert found["animals"]["count"] == len(
        [n for n in range(COUNT) if (n % 2 == 0 and n != 2) or n % 5 == 0]
    )
    assert found["own"]["cover"] == image_id(0)


async def test_albums_have_counts_dates_and_their_newest_photo_as_cover(client: httpx.AsyncClient) -> None:
    found = {album["id"]: album for album in (await client.get("/api/albums")).json()}
    assert (found["lake"]["count"], found["lake"]["cover"]) == (75, image_id(148))
    days = [taken(number).isoformat()[:19] for number in (0, 148)]
    assert [found["lake"]["from"], found["lake"]["to"]] == days
    assert (found["empty"]["from"], found["empty"]["description"]) == (None, "")
    assert (found["empty"]["count"], found["empty"]["cover"]) == (0, None)
    assert (await client.get("/api/albums/lake")).json() == found["lake"]


async def test_models_say_how_much_they_have_seen(client: httpx.AsyncClient) -> None:
    found = {model["id"]: model for model in (await client.get("/api/models")).json()}
    assert set(found) == {"lite0", "lite1", "rules", "taught", "described"}
    first, second = found["lite0"], found["lite1"]
    assert (first["id"], first["active"], first["classified"], first["unclassified"]) == (
        "lite0",
        True,
        COUNT,
        0,
    )
    assert (second["active"], second["classified"], second["failed"]) == (False, 0, 1)
    assert second["unclassified"] == COUNT - 1
