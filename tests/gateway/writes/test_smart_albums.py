"""Albums that are searches, over HTTP: created, refused, renamed and undone."""

from tests.support.stack import Stack


async def made(stack: Stack, **body: object) -> str:
    answer = await stack.post("create-album", body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def test_a_search_becomes_an_album_and_is_taken_back(stack: Stack) -> None:
    await stack.done("scan")
    command = await made(stack, name="January", q=" year:2020 month:1 ")
    (album,) = await stack.get("/api/albums")
    assert (album["name"], album["smart"], album["q"]) == ("January", True, "year:2020 month:1")
    assert album["count"] == (await stack.get(f"/api/images?album={album['id']}"))["total"] == 3
    undone = await stack.post("undo", {"command_id": command})
    await stack.caught_up()
    assert await stack.get("/api/albums") == []
    await stack.post("undo", {"command_id": undone.json()["command_id"]})


async def test_a_deleted_smart_album_comes_back_with_its_search(stack: Stack) -> None:
    await made(stack, name="January", q="month:1")
    (album,) = await stack.get("/api/albums")
    deleted = await stack.post("delete-album", {"album_id": album["id"]})
    await stack.caught_up()
    await stack.post("undo", {"command_id": deleted.json()["command_id"]})
    await stack.caught_up()
    (back,) = await stack.get("/api/albums")
    assert (back["id"], back["q"]) == (album["id"], "month:1")


async def test_no_photo_is_put_into_a_search_by_hand(stack: Stack) -> None:
    await stack.done("scan")
    photo = (await stack.get("/api/images"))["items"][0]["id"]
    await made(stack, name="January", q="month:1")
    (album,) = await stack.get("/api/albums")
    for name in ("add-to-album", "remove-from-album"):
        answer = await stack.post(name, {"album_id": album["id"], "images": [photo]})
        assert answer.status_code == 422
        assert "“January” is a smart album" in answer.json()["detail"]
    both = await stack.post("create-album", {"name": "Both", "q": "dog", "images": [photo]})
    assert both.status_code == 422
    for q in ("", " ", "x" * 501, 7):
        assert (await stack.post("create-album", {"name": "No", "q": q})).status_code == 422
    assert len(await stack.get("/api/albums")) == 1
