"""The cookies of one browser, for programs that stand in for it: tests, scripts, a server that goes on by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def merge_cookies(cookie: str | None, set_cookies: Iterable[str]) -> str:
    """The Cookie header that a browser sends after it was given some Set-Cookie headers.

    `cookie` is the header that it sent before. Deleted and expired cookies drop out; all others are kept, whatever
    their domain and path, so keep to the answers of one server (RFC 6265 section 5.3).
    """
    jar = dict(_pair(pair) for pair in (cookie or "").split(";") if "=" in pair)
    for header in set_cookies:
        pair, _, attributes = header.partition(";")
        if "=" not in pair:
            continue
        name, value = _pair(pair)
        jar.pop(name, None)
        if not _has_ended(attributes):
            jar[name] = value
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _has_ended(attributes: str) -> bool:
    """Whether a cookie with these attributes is a deletion; Max-Age outdoes Expires."""
    told = {name.lower(): value for name, value in (_pair(each) for each in attributes.split(";"))}
    age = told.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return age.startswith("-") or not age.strip("0")
    try:
        ends = parsedate_to_datetime(told.get("expires", ""))
    except (ValueError, OverflowError):
        return False
    return ends.replace(tzinfo=ends.tzinfo or UTC) <= datetime.now(UTC)
