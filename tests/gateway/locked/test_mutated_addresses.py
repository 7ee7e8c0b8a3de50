"""Addresses that nobody was given: a share link with anything wrong in it opens nothing, and none causes an error."""

import os
import posixpath
import random
import string
from typing import Final
from urllib.parse import quote, unquote_to_bytes

import httpx
import pytest

from tests.gateway.locked.conftest import Shared
from tests.gateway.locked.test_authorisation_matrix import routes

CASES: Final = int(os.environ.get("ALBUMEN_FUZZ_CASES") or 6)
SEED: Final = int(os.environ.get("ALBUMEN_FUZZ_SEED") or 1)
PARTS: Final = (
    *(
        b"",
        b".",
        b"..",
        b"%00",
        b"%0a",
        b"%2f",
        b"%252f",
        b"..%2f..%2fevents.db",
        b"%",
        b"%zz",
        b"%ff",
        b"%c3%28",
    ),
    *(
        "é".encode(),
        "\u202e".encode(),
        b"0" * 32,
        b"0" * 5000,
        b"-1",
        b"9" * 30,
        b"null",
        b"*",
        b"'--",
        b"<b>",
        b"a b",
    ),
)
STREAMS: Final = ("/events/stream", "/jobs/progress")
"""They never end."""


def mutated(path: bytes, chance: random.Random) -> bytes:
    """With one part in another form: exchanged, cut, doubled, or with other characters in it."""
    parts = path.split(b"/")
    place = chance.randrange(1, len(parts))
    part, at = parts[place], chance.randrange(len(parts[place]) + 1)
    parts[place] = chance.choice(
        [
            chance.choice(PARTS),
            part[:at],
            part[:at] + chance.choice(PARTS) + part[at:],
            part[:at] + part[at : at + 1].swapcase() + part[at + 1 :],
            part[:at] + b"%%%02x" % chance.randrange(256) + part[at + 1 :],
            part + b"/" + chance.choice(PARTS),
        ]
    )
    return b"/".join(parts)


async def get(client: httpx.AsyncClient, path: bytes, headers: dict[str, str]) -> httpx.Response:
    sent = quote(path, safe=string.punctuation.replace("?", "").replace("#", "")).encode()
    return await client.get(client.base_url.copy_with(raw_path=sent), headers=headers)


@pytest.mark.fuzz
async def test_a_mutated_share_link_opens_nothing(shared: Shared) -> None:
    secret = await shared.share()
    inside = [f"{secret}/{image}{size}" for image in shared.ids[:2] for size in ("", "/preview", "/large")]
    opened = [path.encode() for path in (secret, *inside)]
    chance = random.Random(SEED)
    client = shared.running.client
    for path in opened[:2]:
        assert (await get(client, path, {"Accept": "text/html"})).status_code == 200
    for _case in range(30 * CASES):
        path = mutated(chance.choice(opened), chance)
        if posixpath.normpath(b"/" + unquote_to_bytes(path).lstrip(b"/")) in opened:
            continue  # another way to write the same address: `/s/secret/.`, `//s/secret`
        answer = await get(client, path, {"Accept": "text/html"})
        assert answer.status_code in (303, 400, 401, 404), path
        assert not any(image in answer.text for image in shared.ids[2:]), path
        assert "Our week at the lake" not in answer.text or path.startswith(secret.encode()), path


@pytest.mark.fuzz
async def test_a_mutated_address_is_answered_or_refused(shared: Shared) -> None:
    """For the owner, who gets furthest."""
    chance = random.Random(SEED)
    paths = sorted(
        {template for method, template in routes(shared.running.app) if method == "GET"} - {*STREAMS}
    )
    ids = [shared.album, *shared.ids, "0" * 32]
    for template in paths:
        for _case in range(max(1, CASES // 3)):
            filled = "/".join(
                chance.choice(ids) if part.startswith("{") else part for part in template.split("/")
            )
            path = mutated(filled.encode(), chance)
            if unquote_to_bytes(path).startswith(tuple(stream.encode() for stream in STREAMS)):
                continue
            answer = await get(shared.running.client, path, shared.owner)
            assert answer.status_code < 500, path
