"""`albumen password`: sets, changes or removes the password, with or without a running gateway.

It does not ask for the current one: who can write into the data folder could as well delete the file.
"""

import argparse
import getpass
import sys

from services.cli.errors import Unsuccessful, Unusable
from services.gateway.access import password
from services.gateway.access.keyring import Keyring, KeyringUnreadable, Keys, NotStored
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Signs all browsers out. Raises Unusable and Unsuccessful."""
    try:
        new = None if arguments.remove else password.hashed(_asked(arguments.stdin))
    except password.BadPassword as error:
        raise Unusable(str(error)) from error

    def edit(keys: Keys) -> bool:
        had = keys.password is not None
        keys.password, keys.sessions = new, []
        return had

    try:
        had = Keyring(settings.data).change(edit)
    except (NotStored, KeyringUnreadable) as error:
        raise Unsuccessful(str(error)) from error
    if new is None:
        print("The password was removed." if had else "There is no password.")
    else:
        print(f"The password was {'changed' if had else 'set'}. Browsers have to sign in.")


def _asked(stdin: bool) -> str:
    """Raises Unusable."""
    if stdin or not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise Unusable("Standard input is empty: give the new password there, as one line.")
        return line.rstrip("\r\n")
    text = getpass.getpass("New password: ")
    if getpass.getpass("New password again: ") != text:
        raise Unusable("The two passwords differ.")
    return text
