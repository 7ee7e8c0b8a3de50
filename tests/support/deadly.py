"""What `inference.quarantine` may meet in its process, without TensorFlow: photos that kill it, and others."""

import os
from multiprocessing.connection import Connection
from pathlib import Path

from services.inference.verdict import Verdict

VERDICT = Verdict([(7, 0.5)], "")


def serve(pipe: Connection, models: Path) -> None:
    """A photo called `deadly` ends the process, and a model called `broken` does before it is loaded."""
    while True:
        try:
            model_id, preview = pipe.recv()
        except EOFError:
            return
        if model_id == "broken":
            os._exit(9)
        pipe.send("ready")
        if preview.stem == "deadly":
            os._exit(11)
        pipe.send("It is damaged." if preview.stem == "damaged" else VERDICT)
