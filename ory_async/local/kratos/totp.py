from __future__ import annotations

from datetime import datetime

import pyotp
from pyotp.totp import TOTP

_ISSUER = "Local"


def new_totp(account: str) -> TOTP:
    """Make a new TOTP secret for an account."""
    return TOTP(pyotp.random_base32(), name=account, issuer=_ISSUER)


def is_valid_totp(url: str, code: str, now: datetime) -> bool:
    """Tell whether a code is right now, give or take one step (RFC 6238 section 5.2)."""
    try:
        totp = pyotp.parse_uri(url)
    except ValueError:
        return False
    return isinstance(totp, TOTP) and totp.verify(code, for_time=now, valid_window=1)
