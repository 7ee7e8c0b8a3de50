"""`albumen scanner`: reads photos for a gateway elsewhere."""

import argparse
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from services.cli import service
from services.cli.errors import Unusable
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Until a signal arrives. Raises Unusable and Unsuccessful."""
    elsewhere = dict(_pairs(arguments.elsewhere))
    if not settings.photos and not elsewhere:
        raise Unusable(
            "Which photos? Give the folders that the gateway has, too: albumen scanner /photos, "
            "or albumen scanner --map /photos=/mnt/photos"
        )
    for folder in (*settings.photos, *elsewhere.values()):
        if not folder.is_dir():
            raise Unusable(f"{folder} is no folder here. Are the photos mounted?")
    if settings.gateway is None and not settings.previews.is_dir():
        raise Unusable(
            "Where do previews go? Set ALBUMEN_GATEWAY=https://… to the gateway's address, or ALBUMEN_PREVIEWS "
            "to its folder of previews."
        )
    service.keep_running("scanner", settings, partial(_start_of, settings.photos, elsewhere))


def _start_of(folders: Iterable[Path], elsewhere: dict[Path, Path]) -> service.Run:
    from services.gateway.scanners import scanner
    from services.gateway.scanners.mounts import Mounts

    return partial(scanner.run, mounts=Mounts(tuple(folders), elsewhere))


def _pairs(texts: Iterable[str]) -> Iterable[tuple[Path, Path]]:
    """Of `THERE=HERE`. Raises Unusable."""
    for text in texts:
        there, equals, here = text.partition("=")
        if not equals or not here or not Path(there).is_absolute():
            raise Unusable(f"--map takes two paths, such as /photos=/mnt/photos, not {text!r}.")
        yield Path(there), Path(here).expanduser().absolute()
