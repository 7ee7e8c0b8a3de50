"""Under which names the album is reached."""

import socket

import msgspec
import pytest

from services.gateway.web.hosts import Hosts
from services.kernel.settings import Settings
from tests.gateway.locked.conftest import Locked


@pytest.mark.parametrize(
    ("listens", "host", "ours"),
    [
        ("127.0.0.1", "127.0.0.1:8333", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "localhost:9000", True),  # a forwarded port
        ("127.0.0.1", "LOCALHOST:8333", True),
        ("127.0.0.1", "localhost.:8333", True),
        ("127.0.0.1", "[::1]:8333", True),
        ("127.0.0.1", "192.168.1.5:8333", False),
        ("127.0.0.1", "nas.local", True),  # listed in the settings
        ("127.0.0.1", "nas.local:8333", True),
        ("127.0.0.1", "only.example:1234", True),
        ("127.0.0.1", "only.example:8333", False),
        ("0.0.0.0", "192.168.1.5:8333", True),
        ("0.0.0.0", "[fd00::5]:8333", True),
        ("0.0.0.0", f"{socket.gethostname()}:8333", True),
        ("0.0.0.0", f"{socket.gethostname()}.local", True),
        ("192.168.1.5", "192.168.1.5:8333", True),
        ("album.example", "album.example", True),
        *(
            (listens, host, False)
            for listens in ("127.0.0.1", "0.0.0.0")
            for host in (
                *("evil.example", "evil.example:8333", "127.0.0.1.evil.example", "127.0.0.1.nip.io"),
                *("", ":8333", "localhost:evil", "localhost:8333:1", "[::1", "[]", "localhost@evil.example"),
                *(
                    "0x7f000001",
                    "2130706433",
                    "127.1",
                    "evil.localhost",
                    "nas.local.evil.example",
                    "a" * 5000,
                ),
                *("localhost\x00.evil.example", "löcalhost", "[::1].evil.example", "[evil.example]"),
            )
        ),
    ],
)
def test_the_names_follow_the_address_that_is_listened_on(listens: str, host: str, ours: bool) -> None:
    """A bare IP address is safe: no other site's name is one. Everything that only looks like ours is refused."""
    settings = Settings(
        **{"data": "/x", "previews": "/x"},  # type: ignore[arg-type]
        host=listens,
        allowed_hosts=("nas.local", "only.example:1234"),
    )
    assert (host in Hosts(settings)) is ours


async def test_a_person_is_told_what_to_set_and_a_program_in_json(open_album: Locked) -> None:
    async with open_album.running.browser() as browser:
        answer = await browser.get("/albums", headers={"Host": "album.example:8333"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "ALBUMEN_ALLOWED_HOSTS=album.example ./albumen up" in answer.text
    program = await open_album.running.client.get("/api/albums", headers={"Host": "album.example"})
    assert (program.status_code, program.json()["detail"]) == (
        400,
        "Albumen doesn’t answer to the name “album.example”.",
    )


@pytest.mark.parametrize("host", ["$(reboot).example", "a;reboot", "a&&reboot", "~root"])
async def test_the_line_to_copy_holds_nothing_that_a_stranger_wrote(open_album: Locked, host: str) -> None:
    async with open_album.running.browser() as browser:
        answer = await browser.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "ALBUMEN_ALLOWED_HOSTS=album.example ./albumen up" in answer.text


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *(("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("LocalHost", True)),
        *(("0.0.0.0", False), ("::", False), ("", False), ("192.168.1.5", False), ("127.1", False)),
        *(("localhost.evil.example", False), ("album.example", False), ("::ffff:127.0.0.1", False)),
    ],
)
def test_what_counts_as_this_machine_alone(settings: Settings, host: str, own: bool) -> None:
    """What can't be told to be loopback needs a password."""
    assert msgspec.structs.replace(settings, host=host).on_loopback is own
