"""Proof Key for Code Exchange (RFC 7636): a code is only good for whoever has asked for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from ... import base64url
from ..grants import AuthorizationCode
from ..options import HydraOptions
from ..problems import invalid_grant, invalid_request
from ..state import Client

_NOT_IN_VERIFIER = re.compile(r"[^A-Za-z0-9_.~-]")


def check_challenge(options: HydraOptions, client: Client, form: Mapping[str, str]) -> None:
    """Check the challenge of an authorization request. Raises Problem (400)."""
    if not form.get("code_challenge"):
        check_absence(options, client)
        return
    method = form.get("code_challenge_method", "")
    if method in ("", "plain"):
        raise invalid_request("Clients must use code_challenge_method=S256, plain is not allowed.")
    if method != "S256":
        raise invalid_request("The code_challenge_method is not supported, use S256 instead.")


def check_absence(options: HydraOptions, client: Client) -> None:
    """Refuse a code without a challenge where one is enforced. Raises Problem (400)."""
    rest = "must include a code_challenge when performing the authorize code flow, but it is missing."
    if options.pkce_enforced:
        raise invalid_request(f"Clients {rest}")
    if options.pkce_enforced_for_public_clients and client.is_public:
        raise invalid_request(f"This client {rest}")


def check_verifier(options: HydraOptions, client: Client, code: AuthorizationCode, verifier: str) -> None:
    """Check the verifier that comes with a code; a second try is not granted. Raises Problem (400)."""
    challenge, code.challenge = code.challenge, None
    if challenge is None and verifier:
        raise invalid_grant("Unable to find initial PKCE data tied to this request")
    if not challenge and not verifier:
        check_absence(options, client)
        return
    if len(verifier) < 43:
        raise invalid_grant("The PKCE code verifier must be at least 43 characters.")
    if len(verifier) > 128:
        raise invalid_grant("The PKCE code verifier can not be longer than 128 characters.")
    if _NOT_IN_VERIFIER.search(verifier):
        raise invalid_grant("The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.")
    if not challenge:
        raise invalid_grant(
            "The PKCE code verifier was provided but the code challenge was absent from the authorization request."
        )
    if _s256(verifier) != challenge:
        raise invalid_grant("The PKCE code challenge did not match the code verifier.")


def _s256(verifier: str) -> str:
    return base64url.encoded(hashlib.sha256(verifier.encode()).digest())
