"""Secrets that open something: made here, told once, kept as digests alone.

A plain SHA-256 is enough, for every secret has 256 bits of chance; slow digests are for what people think up.
"""

import hmac
import re
import secrets
from hashlib import sha256
from typing import Final

SECRET_BYTES: Final = 32
ID_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
ID_LENGTH: Final = 10
# A whole key, as it stands in a header; whatever is longer or holds other characters is no key.
KEY: Final = re.compile(rb"smk_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A secret of 256 bits, in 43 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_key_id() -> str:
    """The part of a key that is no secret: it names the key in lists and logs."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))


def write_key(key_id: str, secret: str) -> str:
    """A key as it is told."""
    return f"smk_{key_id}_{secret}"


def digest_of(token: str | bytes) -> bytes:
    """What is kept of a token: 32 bytes."""
    return sha256(token.encode() if isinstance(token, str) else token).digest()


def is_token(text: str) -> bool:
    """Whether a text could be a token of ours at all."""
    return TOKEN.fullmatch(text) is not None


def same(one: bytes, other: bytes) -> bool:
    """Whether two digests are the same, compared in constant time."""
    return hmac.compare_digest(one, other)


def form_token(session_token: str) -> str:
    """What forms of a session carry: nobody without the session's own token can know it."""
    return hmac.new(session_token.encode(), b"stockmesh form", sha256).hexdigest()
