from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode

import pyotp
from pyotp.totp import TOTP

_ISSUER = "Local"


def new_totp(account: str) -> TOTP:
    """Make a new TOTP secret for an account."""
    return TOTP(pyotp.random_base32(), name=account, issuer=_ISSUER)


def totp_url(totp: TOTP) -> str:
    """Write what authenticator apps read, with the fields and the order that Kratos has."""
    query = {"algorithm": "SHA1", "digits": totp.digits, "issuer": totp.issuer, "period": totp.interval}
    account = quote(totp.name, safe="@:+$&=")
    return f"otpauth://totp/{totp.issuer}:{account}?{urlencode(query)}&secret={totp.secret}"


def is_valid_totp(url: str, code: str, now: datetime) -> bool:
    """Tell whether a code is right now, give or take one step (RFC 6238 section 5.2)."""
    try:
        totp = pyotp.parse_uri(url)
    except ValueError:
        return False
    return isinstance(totp, TOTP) and totp.verify(code, for_time=now, valid_window=1)
