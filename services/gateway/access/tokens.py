"""Tokens of programs: made, and revoked."""

import secrets
import time
from typing import Final

from services.gateway.access.keyring import Keys, Role, Token, secret_hash
from services.kernel.sentence import Explained

NAME: Final = 100
"""Characters of a token's name, at most."""
TOKENS: Final = 100
ROLES: Final = {"worker": Role.WORKER, "viewer": Role.VIEWER, "owner": Role.OWNER}


class NoToken(Explained):
    """It can't be made."""


def create(keys: Keys, name: str, role: Role) -> str:
    """The secret of a new token: 256 random bits after a prefix by which scanners of leaked secrets find it. Raises
    NoToken."""
    name = " ".join(name.split())
    if not name or len(name) > NAME or not name.isprintable():
        raise NoToken(
            "A token needs a name of at most %(most)s characters, such as “backup script”.", most=NAME
        )
    if len(keys.tokens) >= TOKENS:
        raise NoToken("There are already %(most)s tokens: revoke one first.", most=TOKENS)
    secret = f"albumen_{secrets.token_urlsafe(32)}"
    keys.tokens.append(
        Token(id=secrets.token_hex(4), name=name, role=role, secret=secret_hash(secret), since_s=time.time())
    )
    return secret


def revoke(keys: Keys, token_id: str) -> bool:
    """Whether there was such a token."""
    before = len(keys.tokens)
    keys.tokens = [one for one in keys.tokens if one.id != token_id]
    return len(keys.tokens) < before
