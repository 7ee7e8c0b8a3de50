"""The process that lists photo folders: `python -m services.gateway.listing.process`.

Whatever names, ignore files and folders there are, they cost the gateway no time, and what takes for ever can be ended.
Frames on stdin and stdout: a length (4 bytes, big-endian), then MessagePack. It exits at the end of its input.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from services.gateway.archives.shelf import Shelf
from services.gateway.listing import parts
from services.gateway.listing.archives import Archives
from services.gateway.listing.messages import IN_A_PART, Listed, Listing, Pictures
from services.gateway.listing.walk import Archive, Folder, walk
from services.gateway.reading.suffixless import Suffixless

_NICE: Final = 5
"""Lower priority than the web server's, and higher than the decoders', who wait for it."""


def items(listing: Listing, suffixless: Suffixless) -> Iterator[Listed]:
    root = Path(os.fsdecode(listing.root))
    elsewhere, unclear = [*map(os.fsdecode, listing.elsewhere)], frozenset(listing.unclear)
    archives = Archives(root, Shelf(Path(os.fsdecode(listing.previews))), unclear, listing.unread, elsewhere)
    steps = archives.walked(walk(root, unclear, suffixless, elsewhere))
    for step in parts.joined(root, steps, archives.siblings()):
        if isinstance(step, Folder):
            yield from _pictures(step)
        elif not isinstance(step, Archive):
            yield step
    yield from archives.beside


def _pictures(folder: Folder) -> Iterator[Pictures]:
    matched, albums = parts.companions(folder)
    count = len(folder.pictures)
    for start in range(0, max(count, 1), IN_A_PART):
        some = folder.pictures[start : start + IN_A_PART]
        last = start + IN_A_PART >= count
        yield Pictures(
            folder=folder.path,
            pictures=some,
            sidecars={one.name: matched[one.name] for one in some if matched.get(one.name)},
            albums=albums if last else [],
            last=last,
        )


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    suffixless, encoder = Suffixless(), msgspec.msgpack.Encoder()
    requested = msgspec.msgpack.Decoder(Listing)
    while len(head := requests.read(4)) == 4:
        for some in _together(items(requested.decode(requests.read(int.from_bytes(head))), suffixless)):
            _send(answers, encoder.encode(some))
        _send(answers, encoder.encode([]))


def _together(them: Iterator[Listed]) -> Iterator[list[Listed]]:
    """Without waiting for a folder that takes long once there are pictures."""
    some: list[Listed] = []
    for item in them:
        some.append(item)
        if isinstance(item, Pictures) or len(some) == IN_A_PART:
            yield some
            some = []
    if some:
        yield some


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(len(content).to_bytes(4) + content)
    answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it ends us
    os.nice(_NICE)
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if sys.platform == "linux":
        from services.gateway.confinement.kernel import end_with_parent

        end_with_parent(os.getppid())
    _serve(sys.stdin.buffer, own)
