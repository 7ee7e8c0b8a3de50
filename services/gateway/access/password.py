"""Passwords: which are accepted, how they are kept, how they are compared.

Kept as argon2id with the first parameters that RFC 9106 recommends where memory is limited (64 MiB, 3 passes, 4 lanes);
argon2-cffi stores them in the hash, and compares in constant time. Length and normalisation follow NIST SP 800-63B,
section 3.1.1.2: at least 8 characters, any character, NFKC, no rule about kinds of characters.
"""

import unicodedata
from typing import Final

from services.kernel.sentence import Explained

LEAST_CHARACTERS: Final = 8
MOST_CHARACTERS: Final = 1024
"""Characters: more would only cost time."""


class BadPassword(Explained):
    """The text makes no password."""


def hashed(password: str) -> str:
    """Takes about 50 ms and 64 MiB. Raises BadPassword."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < LEAST_CHARACTERS:
        raise BadPassword("A password has at least %(least)s characters.", least=LEAST_CHARACTERS)
    if len(text) > MOST_CHARACTERS:
        raise BadPassword("A password has at most %(most)s characters.", most=MOST_CHARACTERS)
    from argon2 import PasswordHasher, profiles

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY).hash(_bytes(text))


def matches(password: str, hash: str) -> bool:
    """Takes as long as `hashed`, whatever the password is. False also for a hash that is none."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    text = unicodedata.normalize("NFKC", password[: MOST_CHARACTERS + 1])
    try:
        return PasswordHasher().verify(hash, _bytes(text)) and len(text) <= MOST_CHARACTERS
    except (VerificationError, InvalidHashError):
        return False


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
