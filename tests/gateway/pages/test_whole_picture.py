"""What a network sees in the picture as a whole, without a class: on a photo's page and on *Models*."""

import re

from tests.gateway.pages.seeded import image_id, verdict
from tests.support.ideas import showing
from tests.support.models import registered
from tests.support.stack import Stack

LITE = "efficientnet-lite0"
NETWORK = registered(LITE, "Lite")


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


async def test_a_photos_page_says_why_it_shows_people(album: Stack) -> None:
    await album.tell(NETWORK, verdict(4, (971, 0.5), model=LITE, embedding=showing(LITE, "person")))
    page = (await album.client.get(f"/images/{image_id(4)}")).text
    (reasons,) = re.findall(rf"<summary>\s*{LITE}.*?</details>", page, re.DOTALL)
    assert "People 100% the picture as a whole 100%" in words(reasons)


async def test_models_says_which_categories_those_are(album: Stack) -> None:
    """Not for a network without heads."""
    await album.tell(NETWORK)
    page = words((await album.client.get("/models")).text)
    assert page.count("in the picture as a whole:") == 1
    assert "1,000 classes · in the picture as a whole: People, " in page
    heads = {model["id"]: model["heads"] for model in await album.get("/api/models")}
    assert "person" in heads.pop(LITE)
    assert not any(heads.values())
