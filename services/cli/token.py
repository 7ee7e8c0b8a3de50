"""`albumen token`: the tokens with which programs get in, with or without a running gateway."""

import argparse
from datetime import datetime

from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import print_json, print_table
from services.gateway.access import tokens
from services.gateway.access.keyring import Keyring, KeyringUnreadable, NotStored
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    keyring = Keyring(settings.data)
    try:
        if arguments.action == "list":
            _list(keyring, arguments.json)
        elif arguments.which is None:
            raise Unusable(f"Which one? albumen token {arguments.action} NAME")
        elif arguments.action == "create":
            _create(keyring, arguments)
        elif not keyring.change(lambda keys: tokens.revoke(keys, arguments.which)):
            raise Unusable(f"There is no token with the id {arguments.which}: albumen token lists them.")
        else:
            print("The token was revoked.")
    except tokens.NoToken as error:
        raise Unusable(str(error)) from error
    except (NotStored, KeyringUnreadable) as error:
        raise Unsuccessful(str(error)) from error


def _list(keyring: Keyring, as_json: bool) -> None:
    rows = [(one.id, one.name, one.role.name.lower(), one.since_s) for one in keyring.keys().tokens]
    if as_json:
        print_json(
            [{"id": id_, "name": name, "role": role, "since": since} for id_, name, role, since in rows]
        )
    elif rows:
        days = [
            (id_, name, role, datetime.fromtimestamp(since).date().isoformat())
            for id_, name, role, since in rows
        ]
        print_table(("id", "name", "role", "created"), days)
    else:
        print("There are no tokens.")


def _create(keyring: Keyring, arguments: argparse.Namespace) -> None:
    role = tokens.ROLES[arguments.role]
    secret = keyring.change(lambda keys: tokens.create(keys, arguments.which, role))
    if arguments.json:
        print_json({"token": secret})
    else:
        print(f"{secret}\nIt is not shown again. Programs send it as: Authorization: Bearer {secret[:12]}…")
