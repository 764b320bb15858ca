"""What people see: templates of Jinja, those of the app before our own, with headers that keep the pages safe."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

OWN: Final = Path(__file__).parent / "templates"


class Pages:
    """Draws pages. `directory` holds templates that take the place of ours with the same names."""

    def __init__(self, directory: str | os.PathLike[str] | None) -> None:
        places = [OWN] if directory is None else [Path(directory), OWN]
        self._templates = Environment(
            loader=ChoiceLoader([FileSystemLoader(place) for place in places]),
            autoescape=True,
            undefined=StrictUndefined,
        )

    def page(self, name: str, status: int = 200, **shown: object) -> HTMLResponse:
        """The page of a template, such as ``consent``."""
        nonce = secrets.token_urlsafe(16)
        text = self._templates.get_template(f"{name}.html").render(nonce=nonce, **shown)
        # no form-action: browsers apply it to the redirects after a form, too, and these lead to the application
        policy = (
            f"default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'self' 'nonce-{nonce}';"
            " img-src 'self' data:; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        return HTMLResponse(text, status, headers)
