"""Addresses in settings."""

from urllib.parse import urlsplit


def is_http(address: str) -> bool:
    """Whether it is `http(s)://host…`, with a port that there can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
