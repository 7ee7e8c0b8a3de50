"""Exactly what was written to the log: the command, its events and their payloads, as text."""

import html
import re
from uuid import UUID, uuid4

import httpx
import pytest

from services.domain.photos.hiding import ImagesHidden
from services.gateway.history.raw import EVENTS, LETTERS, in_full
from services.kernel.log.envelope import Envelope, record_event
from tests.support.imported import imported
from tests.support.one_line import one_line
from tests.support.stack import Stack

HTML = {"Accept": "text/html"}
HOSTILE = '</pre><b>"\u202eLake'


async def asked(stack: Stack, path: str) -> httpx.Response:
    return await stack.client.get(path, headers=HTML)


async def last(stack: Stack) -> Envelope:
    return (await stack.log())[-1]


async def test_a_line_leads_to_the_command_and_its_event(stack: Stack) -> None:
    answer = (await stack.post("create-album", {"name": "Lake"})).json()
    await stack.caught_up()
    assert f'href="/history/{answer["position"]}"' in (await asked(stack, "/history")).text
    page = (await asked(stack, f"/history/{answer['position']}")).text
    event = await last(stack)
    assert "<b>create_album</b>" in page
    assert "<b>album_created</b>" in page
    for part in (event.event_id, event.correlation_id, event.stream, answer["command_id"], "none: it began"):
        assert str(part) in page
    assert '"name": "Lake"' in html.unescape(page)
    assert "You · " in page
    assert "<script" not in page.split("<main")[1]


async def test_it_can_be_undone_there(stack: Stack) -> None:
    answer = (await stack.post("create-album", {"name": "Lake"})).json()
    await stack.caught_up()
    page = one_line((await asked(stack, f"/history/{answer['position']}")).text)
    assert f'name="next" value="/history/{answer["position"]}"' in page
    assert f'name="command_id" value="{answer["command_id"]}"' in page


async def test_the_commands_own_position_shows_the_same(stack: Stack) -> None:
    answer = (await stack.post("create-album", {"name": "Lake"})).json()
    await stack.caught_up()
    page = (await asked(stack, f"/history/{answer['position'] - 1}")).text
    assert "Created “Lake”" in page
    assert "<b>album_created</b>" in page


async def test_a_scans_events_name_the_scan(scanned: Stack) -> None:
    position = (await last(scanned)).position
    page = (await asked(scanned, f"/history/{position}")).text
    assert "<b>scan_library</b>" in page
    assert "<b>scan_finished</b>" in page
    assert "Scan · " in page
    assert page.count('class="thumb"') == 3


async def test_of_many_events_some_are_shown(stack: Stack) -> None:
    ids = await imported(stack, EVENTS + 10)
    answer = (await stack.post("assign-category", {"category_id": "dog", "images": ids})).json()
    await stack.caught_up()
    first = answer["position"] - len(ids) + 1
    page = (await asked(stack, f"/history/{first}")).text
    assert page.count("<b>category_assigned</b>") == EVENTS
    further = re.search(r'href="/events\?limit=1000&amp;after=(\d+)"', page)
    assert further
    assert int(further[1]) == first + EVENTS - 1
    page = one_line((await asked(stack, f"/history/{answer['position']}")).text)
    assert f"{answer['position']} ·" in page, "the one that was asked for is among them"


async def test_hostile_payloads_are_text(stack: Stack) -> None:
    answer = (await stack.post("create-album", {"name": HOSTILE})).json()
    await stack.caught_up()
    page = one_line((await asked(stack, f"/history/{answer['position']}")).text)
    assert "<b>&#34;" not in page
    assert "\\u202eLake" in page, "it turns no line around"
    payload = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1]
    assert "\u202e" not in payload


def test_a_long_payload_is_cut() -> None:
    event = record_event(
        ImagesHidden(image_ids=[f"{n:032x}" for n in range(15_000)]),
        event_id=uuid4(),
        stream="library",
        correlation_id=UUID(int=1),
    )
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    found = in_full(Envelope(**fields, position=1, version=1, recorded_at=0), {})
    assert len(found.data) == LETTERS
    assert found.cut > 0
    assert found.text == "15,000 photos hidden"
    assert found.recorded == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize("position", ["0", "-1", "999999", str(2**63), str(10**30), "x", "1.5"])
async def test_what_is_not_in_the_log_is_not_found(stack: Stack, position: str) -> None:
    answer = await asked(stack, f"/history/{position}")
    assert answer.status_code == 404
    assert "data-detail" in answer.text, "a page says so"


async def test_what_a_newer_albumen_wrote_is_still_shown(stack: Stack) -> None:
    row = record_event(
        ImagesHidden(image_ids=["a"]), event_id=uuid4(), stream="library", correlation_id=UUID(int=1)
    )
    envelope = Envelope(
        **{name: getattr(row, name) for name in row.__struct_fields__ if name not in ("type", "data")},
        type="from_the_future",
        data='{"x": 1}',
        position=1,
        version=1,
        recorded_at=0,
    )
    found = in_full(envelope, {})
    assert (found.text, found.data) == ("An entry that can’t be read", '{\n  "x": 1\n}')
