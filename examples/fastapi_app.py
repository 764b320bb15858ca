"""A protected FastAPI app.

ory-local &                               # or any other Ory
export ORY_SDK_URL=http://127.0.0.1:4000
uvicorn --app-dir examples fastapi_app:app
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from ory_async import models
from ory_async.integrations.fastapi import (
    PROBLEMS,
    CurrentSession,
    OptionalSession,
    OryMiddleware,
    RequirePermission,
    RequireSession,
)

app = FastAPI(responses=PROBLEMS)
app.add_middleware(OryMiddleware, public_url=os.environ["ORY_SDK_URL"])

Strong = Annotated[models.Session, Depends(RequireSession(aal2=True, max_age=timedelta(minutes=15)))]
Reader = Annotated[models.Session, Depends(RequirePermission("File:{id}", "view"))]


@app.get("/")
async def home(session: OptionalSession) -> dict[str, Any]:
    """Anybody may see this."""
    return {"email": session and email(session)}


@app.get("/me")
async def me(session: CurrentSession) -> dict[str, Any]:
    """Only for people who are logged in."""
    return {"email": email(session)}


@app.get("/account")
async def account(session: Strong) -> dict[str, Any]:
    """Only with the second factor, given in the last quarter of an hour."""
    return {"email": email(session)}


@app.get("/files/{id}")
async def read(id: str, session: Reader) -> dict[str, Any]:
    """Only for people who may view the file."""
    return {"file": id, "email": email(session)}


@app.get("/health")
async def health() -> str:
    """Ory is not asked for this."""
    return "well"


def email(session: models.Session) -> str:
    return str(session.identity.traits["email"])
