"""A stand-in for the process of `inference.quarantine`, without TensorFlow: some photos kill it."""

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from services.inference.verdict import Verdict

VERDICT = Verdict([(7, 0.5)], "")


def serve(pipe: Connection, models: Path) -> None:
    """A photo called `deadly` ends the process, `killed` has it ended from outside the first time; a model called
    `broken` ends it before loading."""
    while True:
        try:
            model_id, preview, _rotation = pipe.recv()
        except EOFError:
            return
        if model_id == "broken":
            os._exit(9)
        pipe.send("ready")
        if preview.stem == "deadly":
            os._exit(11)
        if preview.stem == "killed" and not preview.with_suffix(".once").exists():
            preview.with_suffix(".once").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        pipe.send("It is damaged." if preview.stem == "damaged" else VERDICT)
