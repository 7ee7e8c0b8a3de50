"""Secrets in files, so that they are in nobody's environment."""

import stat
from pathlib import Path


def secret(path: Path, variable: str) -> str:
    """What the file holds, without space around it. `variable`: the setting that names the file. Raises ValueError,
    which names it, if the file can't be read, or if everybody can."""
    try:
        if path.stat().st_mode & stat.S_IROTH:
            raise ValueError(
                f"{variable}: everyone on this computer can read {path}, so it is no secret: chmod 600 {path}"
            )
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{variable}: {path} can't be read ({error}).") from error
