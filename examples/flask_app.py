"""A protected Flask app.

ory-local &                               # or any other Ory
export ORY_SDK_URL=http://127.0.0.1:4000
flask --app examples/flask_app.py run
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from flask import Flask

from ory_async import models
from ory_async.integrations.flask import OryFlask, current_session, permission_required, session_required

app = Flask(__name__)
OryFlask(app, public_url=os.environ["ORY_SDK_URL"])


@app.get("/")
def home() -> dict[str, Any]:
    """Anybody may see this."""
    return {"email": email(current_session) if current_session else None}


@app.get("/me")
@session_required
def me() -> dict[str, Any]:
    """Only for people who are logged in."""
    return {"email": email(current_session)}


@app.get("/account")
@session_required(aal="aal2", max_age=timedelta(minutes=15))
def account() -> dict[str, Any]:
    """Only with the second factor, given in the last quarter of an hour."""
    return {"email": email(current_session)}


@app.get("/files/<id>")
@permission_required("File:{id}", "view")
def read(id: str) -> dict[str, Any]:
    """Only for people who may view the file."""
    return {"file": id, "email": email(current_session)}


@app.get("/health")
def health() -> str:
    """Ory is not asked for this."""
    return "well"


def email(session: models.Session) -> str:
    return str(session.identity.traits["email"])
