"""One of the two servers that play the same steps: how it is asked, and what it calls the things that both have."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each.lower() == name), "")

    @property
    def cookies(self) -> list[str]:
        return [value for name, value in self.headers if name.lower() == "set-cookie"]

    @property
    def json(self) -> Any:
        """The document, or None where there is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def at(self, *path: str | int) -> Any:
        """What is at a place of the document, or None."""
        found = self.json
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found


class Side:
    """A server, by the URLs of its planes.

    Things have names which are the same on both sides, such as ``identity 1``; `values` has what this side calls them.
    """

    def __init__(self, name: str, planes: Mapping[str, str]) -> None:
        self.name = name
        self._planes = {plane: urlsplit(url).netloc for plane, url in planes.items()}
        self._connections: dict[str, HTTPConnection] = {}
        self.forget()

    def forget(self) -> None:
        self.values: dict[str, str] = {}
        self._jars: dict[str, dict[str, str]] = {}

    def __getitem__(self, name: str) -> str:
        """What this side calls a thing; something unknown to it where the thing was not made."""
        return self.values.get(name, "00000000-0000-4000-8000-000000000000")

    @property
    def hosts(self) -> list[str]:
        return list(self._planes.values())

    def url(self, plane: str) -> str:
        return f"http://{self._planes[plane]}"

    def send(
        self,
        plane: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, Any] | None = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        browser: str | None = None,
    ) -> Answer:
        """Ask; `browser` names the jar whose cookies go along and which those of the answer are kept in."""
        sent = {"Accept": "application/json", **(headers or {})}
        content = text
        if text is not None:
            sent["Content-Type"] = "text/plain"
        elif form is not None:
            content = urlencode({name: value for name, value in form.items() if value is not None})
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            content = json.dumps(body)
            sent["Content-Type"] = "application/json"
        if basic is not None:
            sent["Authorization"] = f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"
        jar = self._jars.setdefault(browser, {}) if browser else {}
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if query:
            path = f"{path}?{urlencode({name: value for name, value in query.items() if value is not None})}"
        answer = self._exchange(self._planes[plane], method, path, content, sent)
        for header in answer.cookies:
            _keep(jar, header)
        return answer

    def follow(self, plane: str, url: str, *, browser: str) -> Answer:
        """Open a URL of the server as a browser does."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self.send(plane, "GET", parts.path or "/", query=query, browser=browser, headers={"Accept": "*/*"})

    def _exchange(
        self, host: str, method: str, path: str, content: str | None, headers: Mapping[str, str], *, again: bool = True
    ) -> Answer:
        connection = self._connections.setdefault(host, HTTPConnection(host, timeout=20))
        try:
            connection.request(method, path, None if content is None else content.encode(), dict(headers))
            response = connection.getresponse()
            return Answer(response.status, tuple(response.getheaders()), response.read())
        except (HTTPException, OSError):  # the server has closed a connection that was idle
            connection.close()
            if not again:
                raise
            return self._exchange(host, method, path, content, headers, again=False)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


def _keep(jar: dict[str, str], header: str) -> None:
    name, _, rest = header.partition("=")
    if re.search(r"max-age=0(;|$)", header, re.IGNORECASE):
        jar.pop(name, None)
    else:
        jar[name] = rest.partition(";")[0]
