"""A model's category has its “Why?” on the chip."""

import re
from html import unescape

import httpx

from tests.gateway.pages.seeded import image_id


async def test_why_leads_to_what_the_model_saw(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/images/{image_id(4)}")).text
    asks = dict(re.findall(r'class="why"\s+href="([^"]*)"\s+aria-label="([^"]*)"', page))
    ways = {ask: unescape(href) for href, ask in asks.items()}
    assert "Why Dog?" in ways
    assert '<details class="verdict" open' not in page
    answer = (await client.get(ways["Why Dog?"])).text
    assert ways["Why Dog?"].endswith("#why") and 'id="why"' in answer
    assert re.search(r'<details class="verdict" open>.*?Dog', answer, re.DOTALL)


async def test_a_persons_own_word_needs_no_reason(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/images/{image_id(0)}")).text
    assert "Own &lt;b&gt;words" in page and "Why Own" not in page


async def test_the_neighbours_stay_those_of_the_list(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/images/{image_id(4)}?album=lake")).text
    match = re.search(r'class="why"\s+href="([^"]*)"', page)
    assert match and "album=lake" in unescape(match[1])
