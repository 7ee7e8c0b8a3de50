"""The gateway's URLs, for this machine and for others in its network."""

import socket
import sys
from collections.abc import Sequence
from typing import Final

from services.kernel.settings import Settings

_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  listened on, never opened


def here(settings: Settings) -> str:
    """The URL to open on this machine."""
    return _url(_WILDCARDS.get(settings.host, settings.host), settings)


def outside(settings: Settings) -> str:
    """The URL to open on another device."""
    return _url(outward(settings.host) if settings.host in _WILDCARDS else settings.host, settings)


def first_visit(settings: Settings, code: str) -> list[str]:
    """The links that set the password: for any device in the network if there is one, and for this machine. The first
    leads nowhere where only the port is passed on, as by Docker."""
    return [f"{url}first-visit?code={code}" for url in dict.fromkeys((outside(settings), here(settings)))]


def invitation(links: Sequence[str]) -> str:
    """For the terminal: the links, and the first as a QR code for the phone."""
    where = " or, on this computer, here: ".join(links)
    text = f"Nobody can open the library until it has a password. Set one here: {where}"
    if not sys.stdout.isatty():
        return text
    import segno

    code = segno.make(links[0], error="l", micro=False)
    return f"{text}\n\n{_drawn(code.matrix)}"


def _drawn(matrix: tuple[bytearray, ...]) -> str:
    """Two modules per character, light on dark as cameras read it on any terminal, with the quiet zone of 2 modules
    that phones manage with."""
    width = len(matrix[0]) + 4
    blank = bytes(width)
    rows = [blank, blank, *(bytes((0, 0, *row, 0, 0)) for row in matrix), blank, blank]
    if len(rows) % 2:
        rows.append(blank)
    glyphs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    lines = (
        "".join(glyphs[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" for line in lines)


def _url(host: str, settings: Settings) -> str:
    scheme = "https" if settings.serves_tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def outward(wildcard: str) -> str:
    """The address of this machine in its network: the one from which a packet to elsewhere would be sent. None is
    sent: 192.0.2.1 and 2001:db8::1 are for documentation (RFC 5737, RFC 3849)."""
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return _WILDCARDS[wildcard]
