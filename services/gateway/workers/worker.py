"""The process that opens photos: `python -m services.gateway.workers.worker PREVIEWS LIMIT_S WALL_S MEMORY`.

Frames on stdin and stdout: a length (4 bytes, big-endian), then MessagePack; one answer per request. It exits at the
end of its input, so it never outlives the gateway. It understands nothing of what is in a photo: a second process, its
decoder, is given the open file and no way to anything else. If that one ends, by a photo that takes more than LIMIT_S
seconds of processor time or WALL_S by the clock, say, this one ends in the same way. MEMORY is in bytes.
"""

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from services.gateway.archives.shelf import Shelf
from services.gateway.reading.sandbox import NICE
from services.gateway.workers.decoder import Decoder, Ended
from services.gateway.workers.handover import Untrue, answered
from services.gateway.workers.worker_protocol import Limits, Request, Task

READY: Final = b"ready"


def _serve(requests: BinaryIO, answers: BinaryIO, previews: Path, decoder: Decoder) -> None:
    """Raises Ended, Untrue."""
    shelf = Shelf(previews)
    encoder, requested = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Request)
    decoder.start()
    _send(answers, READY)
    while len(head := requests.read(4)) == 4:
        request = requested.decode(requests.read(int.from_bytes(head)))
        if request.what == "confinement":
            answer = decoder.ask(Task("confinement", "", 0, 0, ""), None)
        else:
            answer = answered(request, previews, decoder, shelf)
        _send(answers, encoder.encode(answer))


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(len(content).to_bytes(4) + content)
    answers.flush()


def _end_like(status: int) -> None:
    """As the decoder has: by the same signal, or with a failure."""
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it closes our pipe
    os.nice(NICE)
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):  # decoders print warnings
        os.dup2(silence, number)
    limits = Limits(float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
    try:
        _serve(sys.stdin.buffer, own, Path(sys.argv[1]), Decoder(limits))
    except Ended as error:
        _end_like(error.status)
    except Untrue:
        sys.exit(1)
