"""The release number, the same as in `pyproject.toml`."""

from typing import Final

VERSION: Final = "0.1.0"
VERSION_HEADER: Final = "Albumen-Version"
"""With which a classifier on another computer says its own to the gateway."""
