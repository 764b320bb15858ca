"""The tokens of the Ory Permission Language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""[\t\n\v\f\r ]*(?:
      (?P<operator>=>|\|\||&&)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<open_comment>/\*.*)
    | (?P<mark>[:.()\[\]{}<>=,;|!])
    | (?P<quote>['"])(?P<string>.*?)(?P=quote)
    | (?P<open_quote>['"])(?P<rest>.*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_SPACES = "\t\n\v\f\r "
_KEYWORDS = {"class": "KeywordClass", "implements": "KeywordImplements", "this": "KeywordThis", "ctx": "KeywordCtx"}


@dataclass(frozen=True, slots=True)
class Item:
    """A token: its kind by the name Keto gives it in messages, its text, and where it stands in the source."""

    kind: str
    text: str
    start: int
    end: int

    def shown(self) -> str:
        """Return the text as Keto prints a whole token in one of its messages."""
        if self.kind == "EOF":
            return "EOF"
        if self.kind not in ("Identifier", "StringLiteral"):
            return self.text
        return f"'{self.text[:10]}...'" if len(self.text) > 10 else f"'{self.text}'"


class Lexer:
    """Hand out the tokens of a source one by one, without comments; after the end or an error there is no more."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._done = False

    def next(self) -> Item:
        """Return the next token."""
        if self._done:
            return Item("Error", "broken state", 0, 0)
        while match := _TOKEN.match(self._source, self._place):
            self._place = match.end()
            if match.lastgroup != "comment":
                return self._item(match)
        start = len(self._source) - len(self._source[self._place :].lstrip(_SPACES))
        return self._error(start, start, f"unexpected token {self._source[start]}")

    def _item(self, match: re.Match[str]) -> Item:
        if match["word"]:
            return Item(_KEYWORDS.get(match["word"], "Identifier"), match["word"], *match.span("word"))
        if mark := match["operator"] or match["mark"]:
            return Item(f'"{mark}"', mark, *match.span("operator" if match["operator"] else "mark"))
        if match["quote"]:
            return Item("StringLiteral", match["string"], *match.span("string"))
        if match["open_comment"]:
            return self._error(*match.span("open_comment"), "unclosed comment")
        if match["open_quote"]:
            return self._error(*match.span("rest"), "unclosed string literal")
        self._done = True
        return Item("EOF", "", match.end(), match.end())

    def _error(self, start: int, end: int, message: str) -> Item:
        self._done = True
        location = json.dumps(self._source[end:], ensure_ascii=False)
        return Item("Error", f"at {location}: {message}", start, end)
