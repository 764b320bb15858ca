"""WebAuthn: what authenticators are asked for, and the check of what they answer."""

from __future__ import annotations

import base64
import importlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from .. import base64url
from ..clock import timestamp
from .options import RelyingParty

# COSE algorithms: ES256, EdDSA and RS256, which all authenticators know one of.
_ALGORITHMS = (-7, -8, -257)
_TIMEOUT_MS = 300_000

Key = dict[str, Any]
"""A key as the credential of an identity keeps it."""


class KeyFault(Exception):
    """What an authenticator answered does not hold."""


def require_library() -> None:
    """Load the library that checks keys, which takes a moment. Raises ModuleNotFoundError."""
    try:
        importlib.import_module("webauthn")
    except ModuleNotFoundError as error:
        error.msg = f"{error.msg}: passkeys and security keys need `pip install ory-async[local]`"
        raise


def new_challenge() -> bytes:
    """Return what an authenticator has to sign."""
    return secrets.token_bytes(32)


def creation_options(
    party: RelyingParty, challenge: bytes, *, user_id: bytes, user_name: str, known: Iterable[Key], is_passkey: bool
) -> dict[str, Any]:
    """Return the argument of `navigator.credentials.create`, binary parts as base64url."""
    selection: dict[str, Any] = {"userVerification": "preferred"}
    if is_passkey:
        selection |= {"residentKey": "required", "requireResidentKey": True}
    return {
        "publicKey": {
            "rp": {"name": party.name, "id": party.id},
            "user": {"name": user_name, "displayName": user_name, "id": base64url.encoded(user_id)},
            "challenge": base64url.encoded(challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in _ALGORITHMS],
            "timeout": _TIMEOUT_MS,
            "excludeCredentials": [_descriptor(key) for key in known],
            "authenticatorSelection": selection,
        }
    }


def request_options(party: RelyingParty, challenge: bytes, keys: Iterable[Key] = ()) -> dict[str, Any]:
    """Return the argument of `navigator.credentials.get`; without `keys` for any passkey."""
    options = {
        "challenge": base64url.encoded(challenge),
        "timeout": _TIMEOUT_MS,
        "rpId": party.id,
        "userVerification": "preferred",
    }
    allowed = [_descriptor(key) for key in keys]
    return {"publicKey": options | ({"allowCredentials": allowed} if allowed else {})}


def new_key(
    party: RelyingParty, challenge: bytes, answer: str, *, name: str, now: datetime, is_passwordless: bool
) -> Key:
    """Return the key that an authenticator has made. Raises KeyFault."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import InvalidJSONStructure, WebAuthnException

    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=False,
        )
    except InvalidJSONStructure:
        raise KeyFault("Unable to parse WebAuthn response: Parse error for Registration") from None
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise KeyFault(f"Unable to create WebAuthn credential: {error}") from None
    authenticator = {
        "aaguid": base64.b64encode(bytes.fromhex(verified.aaguid.replace("-", ""))).decode(),
        "sign_count": verified.sign_count,
        "clone_warning": False,
    }
    return {
        "id": base64.b64encode(verified.credential_id).decode(),
        "public_key": base64.b64encode(verified.credential_public_key).decode(),
        "attestation_type": verified.fmt,
        "authenticator": authenticator,
        "display_name": name,
        "added_at": timestamp(now.replace(microsecond=0)),
        "is_passwordless": is_passwordless,
    }


def check_use(party: RelyingParty, challenge: bytes, answer: dict[str, Any], keys: Sequence[Key]) -> None:
    """Check that an authenticator has signed the challenge with one of the keys. Raises KeyFault."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    key = next((key for key in keys if key_id(key) == answer.get("id")), None)
    if key is None:
        raise KeyFault("unknown key")
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=base64.b64decode(key["public_key"]),
            credential_current_sign_count=key["authenticator"]["sign_count"],
            require_user_verification=False,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise KeyFault(str(error)) from None
    key["authenticator"]["sign_count"] = verified.new_sign_count


def key_id(key: Key) -> str:
    """Return the id of a key as authenticators write it."""
    return base64url.encoded(base64.b64decode(key["id"]))


def key_hex(key: Key) -> str:
    """Return the id of a key as the buttons that remove it hold it."""
    return base64.b64decode(key["id"]).hex()


def _descriptor(key: Key) -> dict[str, str]:
    return {"type": "public-key", "id": key_id(key)}
