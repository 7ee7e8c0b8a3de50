"""Addresses in settings."""

import ipaddress
from urllib.parse import urlsplit


def is_http(address: str) -> bool:
    """Whether it is `http(s)://host…`, with a port that there can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def is_local(host: str) -> bool | None:
    """Whether an IP address is this computer's or of a private network: no byte of an album goes to any other. None for
    a name, which has to be looked up for each connection, so that it can't lead elsewhere later."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return address.is_loopback or address.is_private or address.is_link_local
