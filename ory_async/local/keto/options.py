from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KetoOptions:
    """Settings of the local Keto, with the defaults of a server.

    `strict` is its strict mode. `max_depth`, `max_width`, `max_batch` and `max_expand` limit how deep a check or an
    expansion looks, how many subject sets of one relation it enters, how many checks a batch has and how large a tree
    grows. `expand_rewrites` lets an expansion go through permits.
    """

    strict: bool = False
    max_depth: int = 5
    max_width: int = 100
    max_batch: int = 10
    max_expand: int = 4000
    expand_rewrites: bool = False
