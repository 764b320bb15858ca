"""Which paths are Ory's public ones. Whatever is not named here is not served."""

from __future__ import annotations

import re
from typing import Final

from ...config import Plane
from .refusals import Refused

_PUBLIC: Final[tuple[tuple[Plane, re.Pattern[str]], ...]] = (
    (
        "kratos_public",
        re.compile(r"/(?:self-service|sessions|schemas|ui)(?:/.*)?|/\.well-known/(?:ory/.+|webauthn|change-password)"),
    ),
    (
        "hydra_public",
        re.compile(
            r"/oauth2/.+|/userinfo|/credentials"
            r"|/\.well-known/(?:openid-configuration|oauth-authorization-server|jwks\.json)"
        ),
    ),
)
# RFC 3986, section 3.3, without the semicolon, which some servers cut a segment at
_PLAIN: Final = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+)*/?")
_DOTS: Final = re.compile(r"/\.{1,2}(?:/|$)")
# dots, slashes, backslashes, percent signs, semicolons and control characters
_HIDDEN: Final = re.compile(r"%(?:2[eEfF5]|5[cC]|3[bB]|[01][0-9A-Fa-f]|7[fF])")
_QUERY: Final = re.compile(r"[!-~]*")


def checked(raw_path: str, query: str, prefix: str) -> tuple[Plane, str]:
    """The plane and the path that a request is for, without the prefix that the proxy is mounted under.

    Raises `Refused`: 400 for a path that servers might read in different ways, 404 for one that is not public.
    """
    path = raw_path.removeprefix(prefix)
    if not _PLAIN.fullmatch(path) or _DOTS.search(path) or _HIDDEN.search(path):
        raise Refused(400, "The path is not written in its plain form.")
    if not _QUERY.fullmatch(query) or "#" in query:
        raise Refused(400, "The query is not percent-encoded.")
    plane = public_plane(path)
    if plane is None:
        raise Refused(404, "This is not a public path of Ory.")
    return plane, path


def public_plane(path: str) -> Plane | None:
    """The plane that serves a public path; None for any other path."""
    return next((plane for plane, pattern in _PUBLIC if pattern.fullmatch(path)), None)
