"""Pages of lists, as the API describes their parameters and headers. Pagers do all that; no method needs these models."""

from __future__ import annotations

from .base import Model, model, wire

__all__ = [
    "KeysetPaginationRequestParameters",
    "KeysetPaginationResponseHeaders",
    "TokenPagination",
    "TokenPaginationHeaders",
    "TokenPaginationRequestParameters",
    "TokenPaginationResponseHeaders",
]


@model
class KeysetPaginationRequestParameters(Model):
    """What asks for a page of a list that goes on where the last page ended."""

    page_size: int | None = None
    """From 1 to 1000; 250 by default."""
    page_token: str | None = None
    """The token of the page, out of the Link header of the one before."""


@model
class KeysetPaginationResponseHeaders(Model):
    """The header that tells of further pages."""

    link: str | None = None
    """Links to the first and the next page (RFC 8288); without a next page there is no link to it."""


@model
class TokenPagination(Model):
    """What asks for a page of a list."""

    page_size: int | None = None
    """From 1 to 1000; 250 by default."""
    page_token: str | None = None
    """The token of the page, out of the Link header of the one before."""


@model
class TokenPaginationHeaders(Model):
    """The headers that tell of further pages, and of the size of the whole list."""

    link: str | None = None
    """Links to other pages (RFC 8288)."""
    x_total_count: str | None = wire("x-total-count", default=None)
    """How many items there are on all pages, as text."""


@model
class TokenPaginationRequestParameters(Model):
    """What asks for a page of a list; the same as `TokenPagination`, but for its limit."""

    page_size: int | None = None
    """From 1 to 500; 250 by default."""
    page_token: str | None = None
    """The token of the page, out of the Link header of the one before."""


@model
class TokenPaginationResponseHeaders(Model):
    """The headers that tell of further pages, and of the size of the whole list."""

    link: str | None = None
    """Links to the first, the next, the previous and the last page (RFC 8288), as far as there are such pages."""
    x_total_count: int | None = wire("x-total-count", default=None)
    """How many items there are on all pages."""
