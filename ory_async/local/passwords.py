from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re

import bcrypt

_THREAD_FROM_COST = 7
_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_PBKDF2 = re.compile(r"\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+),l=(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")
_OTHER_KNOWN = re.compile(
    r"\$(argon2id?|scrypt|md5|md5-crypt|sha1|sha256|sha512|firescrypt|ssha\d*|hmac-\w+)\$|\{S?SHA"
)


async def hash_password(password: str, cost: int) -> str:
    """Hash a password with bcrypt; off the loop where the cost would be felt."""
    secret = password.encode()[:72]
    salt = bcrypt.gensalt(cost, b"2a")
    if cost < _THREAD_FROM_COST:
        return bcrypt.hashpw(secret, salt).decode()
    return (await asyncio.to_thread(bcrypt.hashpw, secret, salt)).decode()


async def verify_password(password: str, hashed: str) -> bool:
    """Tell whether a password fits a hash made here or imported (bcrypt and PBKDF2)."""
    if found := _BCRYPT.fullmatch(hashed):
        secret = password.encode()[:72]
        if int(found[1]) < _THREAD_FROM_COST:
            return bcrypt.checkpw(secret, hashed.encode())
        return await asyncio.to_thread(bcrypt.checkpw, secret, hashed.encode())
    if found := _PBKDF2.fullmatch(hashed):
        algorithm, rounds, length, salt, digest = found.groups()
        derived = hashlib.pbkdf2_hmac(algorithm, password.encode(), _decoded(salt), int(rounds), int(length))
        return hmac.compare_digest(derived, _decoded(digest))
    return False


def is_known_hash(hashed: str) -> bool:
    """Tell whether Kratos would import this hash; only bcrypt and PBKDF2 can be logged in with here."""
    return bool(_BCRYPT.fullmatch(hashed) or hashed.startswith("$pbkdf2-") or _OTHER_KNOWN.match(hashed))


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
