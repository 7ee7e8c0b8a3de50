"""Messages that no service could handle, on the jobs page."""

from uuid import uuid4

import pytest

from services.domain.problems.commands import ForgetMessages, ResendMessages
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.topology import CLASSIFY_BULK, DEAD, RESULTS
from tests.support.stack import Stack
from tests.support.waiting import eventually

PAGE = {"Accept": "text/html"}
IMAGE = "0f" * 16


def message(type: str, body: bytes) -> Message:
    return Message(message_id=uuid4(), type=type, schema_version=1, correlation_id=uuid4(), body=body)


async def dead(bus: Bus, count: int) -> None:
    async def there() -> bool:
        return await bus.depth(DEAD) == count

    await eventually(there, f"{count} dead letters")


async def test_they_are_told_in_plain_words(stack: Stack) -> None:
    await stack.broker.publish(RESULTS, [message("image_classified", b'{"image_id":"%s"}' % IMAGE.encode())])
    await dead(stack.broker, 1)
    page = (await stack.client.get("/jobs", headers=PAGE)).text
    assert "What a model saw on a photo" in page
    assert f'href="/images/{IMAGE}"' in page
    assert "can’t make sense of it" in page


async def test_one_is_sent_again_and_one_forgotten(stack: Stack) -> None:
    sent = [message("classify_job", b"{}"), message("classify_job", b"[]")]
    await stack.broker.publish(CLASSIFY_BULK, sent)
    async with stack.broker.consume(CLASSIFY_BULK, 5) as deliveries:
        for _ in sent:
            await (await anext(deliveries)).reject()
    await dead(stack.broker, 2)
    first, second = (str(one.message_id.hex) for one in sent)
    answer = await stack.client.post(
        "/commands/resend-messages", data={"next": "/jobs", "messages": first}, headers=PAGE
    )
    assert answer.status_code == 303
    assert (await stack.broker.depth(DEAD), await stack.broker.depth(CLASSIFY_BULK)) == (1, 1)
    assert (await stack.post("forget-messages", {"messages": [second]})).status_code == 202
    assert await stack.broker.depth(DEAD) == 0
    assert "Stuck messages" not in (await stack.client.get("/jobs", headers=PAGE)).text
    assert {row.type for row in await stack.log()} >= {ResendMessages.TYPE, ForgetMessages.TYPE}


@pytest.mark.parametrize("command", ["resend-messages", "forget-messages"])
@pytest.mark.parametrize("body", [{}, {"messages": ["0f" * 16]}, {"messages": ["no-id"]}])
async def test_when_none_is_left_it_says_so(stack: Stack, command: str, body: dict[str, object]) -> None:
    """As after a double click. Nothing is appended to the log."""
    before = len(await stack.log())
    assert (await stack.post(command, body)).status_code == 404
    assert len(await stack.log()) == before


async def test_a_broker_that_is_away_costs_the_page_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(queue: str) -> int:
        raise BusUnavailable("gone")

    monkeypatch.setattr(stack.broker, "depth", away)
    answer = await stack.client.get("/jobs", headers=PAGE)
    assert answer.status_code == 200
    assert "can’t be reached" in answer.text
