"""The process that opens photos: `python -m services.gateway.library.worker PREVIEWS LIMIT_S`.

Frames on standard input and output: a length (4 bytes, big-endian), then MessagePack; one request, one answer. It
ends when its input does, so it never outlives the gateway.
"""

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from services.gateway.library import sandbox
from services.gateway.library.look import look
from services.gateway.library.photo import Answer
from services.gateway.library.worker_protocol import Failed, Request

READY = b"ready"


def serve(requests: BinaryIO, answers: BinaryIO, previews: Path, limit_s: int) -> None:
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Request)
    _send(answers, READY)
    while len(head := requests.read(4)) == 4:
        request = decoder.decode(requests.read(int.from_bytes(head)))
        signal.alarm(limit_s)  # ends us even when nobody is left to do it
        answer: Answer | Failed
        try:
            answer = look(request.root, request.path, previews)
        except OSError as error:
            answer = Failed(f"{error.strerror or error}")
        signal.alarm(0)
        _send(answers, encoder.encode(answer))


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(len(content).to_bytes(4) + content)
    answers.flush()


if __name__ == "__main__":
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    sandbox.confine()
    serve(sys.stdin.buffer, own, Path(sys.argv[1]), int(sys.argv[2]))
