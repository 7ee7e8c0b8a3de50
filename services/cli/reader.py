"""`albumen reader`: shows a copy of the library of another gateway, and follows it."""

import argparse

import msgspec

from services.cli import serve
from services.cli.errors import Unusable
from services.kernel import gateway_client
from services.kernel.gateway_client import GatewayUnusable
from services.kernel.secret_file import secret
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Until Ctrl-C. Raises Unusable and Unsuccessful."""
    token = arguments.token_file.expanduser().absolute() if arguments.token_file else settings.gateway_token
    settings = msgspec.structs.replace(
        settings,
        gateway=(arguments.origin or settings.gateway or "").rstrip("/"),
        gateway_token=token,
        photos=(),
        broker=None,
        webhook=None,
        second_backups=None,
    )
    try:
        address = gateway_client.address(settings)
        if token:
            secret(token, "--token-file")
    except GatewayUnusable:
        raise Unusable(
            "Which library? Give the address of its gateway: albumen reader --from https://album.example:8333"
        ) from None
    except ValueError as error:
        raise Unusable(str(error)) from error
    serve.up(settings, arguments, address)
