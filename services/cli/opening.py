"""`albumen open`: opens the browser at the running Albumen."""

import argparse
import webbrowser

from services.cli import instance
from services.cli.errors import Unsuccessful
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unsuccessful if it isn't running."""
    address = instance.running(settings)
    if address is None:
        raise Unsuccessful(f"Albumen is not running on {settings.data}: albumen up FOLDER starts it.")
    print(address.url, flush=True)
    webbrowser.open(address.url)
