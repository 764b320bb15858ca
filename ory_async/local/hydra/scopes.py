"""Which scopes and audiences a client may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from .problems import invalid_request, invalid_scope
from .state import Client


def words(text: str) -> tuple[str, ...]:
    """Split a parameter that is a list with blanks between the items."""
    return tuple(text.split())


def includes(granted: Iterable[str], scope: str) -> bool:
    """Tell whether a scope is among the granted ones, in which a part between dots may be `*`."""
    parts = scope.split(".")
    return any(_covers(pattern.split("."), parts) for pattern in granted)


def _covers(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    if len(pattern) > len(parts) or (len(pattern) < len(parts) and pattern[-1] != "*"):
        return False
    return all(wanted == part or (wanted == "*" and part) for wanted, part in zip(pattern, parts, strict=False))


def check_scopes(client: Client, scopes: Iterable[str]) -> None:
    """Refuse scopes that are not the client's. Raises Problem (400)."""
    for scope in scopes:
        if not includes(client.scopes, scope):
            raise invalid_scope(f"The OAuth 2.0 Client is not allowed to request scope '{scope}'.")


def check_audience(client: Client, audience: Iterable[str]) -> None:
    """Refuse audiences that are not the client's; a path below one of them is. Raises Problem (400)."""
    for wanted in audience:
        if not any(_is_below(wanted, allowed) for allowed in client.audience):
            raise invalid_request(f"Requested audience '{wanted}' has not been whitelisted by the OAuth 2.0 Client.")


def _is_below(wanted: str, allowed: str) -> bool:
    try:
        asked, given = urlsplit(wanted), urlsplit(allowed)
    except ValueError:
        return False
    root = given.path.rstrip("/")
    same_host = (asked.scheme, asked.netloc) == (given.scheme, given.netloc)
    return same_host and (asked.path in (given.path, root) or asked.path.startswith(f"{root}/"))


def requested_audience(form: Mapping[str, str]) -> tuple[str, ...]:
    return words(form.get("audience", ""))
