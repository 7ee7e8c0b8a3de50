"""How often a password may be tried."""

import asyncio
import re
import sys

import pytest

from services.gateway.access.attempts import BURST, BURST_OF_ALL, CLIENTS, Attempts, client
from services.gateway.access.keyring import Role
from services.kernel.settings import Settings
from tests.gateway.locked.conftest import PASSWORD, Locked


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_that_guesses_has_to_wait_and_others_do_not() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    assert [attempts.begin("10.0.0.1") for _ in range(BURST)] == [0.0] * BURST
    assert attempts.begin("10.0.0.1") == pytest.approx(30)
    assert attempts.begin("10.0.0.2") == 0
    clock.now += 29
    assert attempts.begin("10.0.0.1") == pytest.approx(1)
    clock.now += 1
    assert attempts.begin("10.0.0.1") == 0


def test_all_clients_together_have_to_wait_and_memory_stays_constant() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits = [attempts.begin(f"10.0.{n >> 8}.{n & 255}") for n in range(BURST_OF_ALL + 1)]
    assert waits[-1] > 0
    for n in range(5 * CLIENTS):
        clock.now += 3
        attempts.begin(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(attempts._clients) <= CLIENTS
    assert sys.getsizeof(attempts._clients) < 200_000


def test_a_right_password_gives_the_attempts_back() -> None:
    attempts = Attempts(Clock())
    for _ in range(10 * BURST_OF_ALL):
        assert attempts.begin("10.0.0.1") == 0
        attempts.succeeded("10.0.0.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::2:3", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "testclient", False),
    ],
)
def test_who_counts_as_one_client(one: str, other: str, same: bool) -> None:
    assert (client(one) == client(other)) is same


async def test_the_form_says_how_long_to_wait_even_for_the_right_password(locked: Locked) -> None:
    async with locked.running.browser() as browser:
        for _ in range(BURST):
            assert (await browser.post("/sign-in", data={"password": "guess"})).status_code == 401
        answer = await browser.post("/sign-in", data={"password": PASSWORD})
        assert answer.status_code == 429
        assert re.search(r"Too many attempts\. Try again in (2\d|30) seconds\.", answer.text)
        assert not browser.cookies


async def test_guesses_at_the_same_time_are_counted_as_well(locked: Locked) -> None:
    async with locked.running.browser() as browser:
        sent = [browser.post("/sign-in", data={"password": f"guess {n}"}) for n in range(30)]
        statuses = [answer.status_code for answer in await asyncio.gather(*sent)]
    assert sorted(statuses) == [401] * BURST + [429] * (30 - BURST)


async def test_all_passwords_share_one_budget(locked: Locked) -> None:
    """Whichever password a client guesses."""
    async with locked.running.browser() as browser:
        for _ in range(BURST):
            await browser.post("/sign-in", data={"password": "guess"})
        own = {"current": "guess", "password": "new passphrase", "again": "new passphrase"}
        token = locked.token(Role.OWNER)
        assert (await browser.post("/access/password", data=own, headers=token)).status_code == 429


async def test_guesses_of_the_first_code_are_limited_as_well(settings: Settings) -> None:
    from tests.support.stack import stack

    async with stack(settings, projector=False) as running, running.browser() as browser:
        statuses = [(await browser.get(f"/first-visit?code={n}")).status_code for n in range(BURST + 1)]
        assert statuses == [403] * BURST + [429]
        assert (await browser.get(f"/first-visit?code={running.gate.code}")).status_code == 200
