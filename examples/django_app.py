"""A protected Django project in one file, with sync and async views.

ory-local &                               # or any other Ory
export ORY_SDK_URL=http://127.0.0.1:4000
python examples/django_app.py runserver   # WSGI
uvicorn --app-dir examples django_app:asgi
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from ory_async import models
from ory_async.integrations.django import OryRequest, permission_required, session_required


def home(request: OryRequest) -> JsonResponse:
    """Anybody may see this."""
    return JsonResponse({"email": email(request.ory_session) if request.ory_session else None})


@session_required
def me(request: OryRequest) -> JsonResponse:
    """Only for people who are logged in."""
    return JsonResponse({"email": email(request.ory_session)})


@session_required(aal="aal2", max_age=timedelta(minutes=15))
async def account(request: OryRequest) -> JsonResponse:
    """Only with the second factor, given in the last quarter of an hour."""
    return JsonResponse({"email": email(request.ory_session)})


@permission_required("File:{id}", "view")
async def read(request: OryRequest, id: str) -> JsonResponse:
    """Only for people who may view the file."""
    return JsonResponse({"file": id, "email": email(request.ory_session)})


def user(request: OryRequest) -> JsonResponse:
    """What the hook of `settings.ORY` makes of a session."""
    return JsonResponse({"user": str(request.user)})


def health(request: OryRequest) -> JsonResponse:
    """Ory is not asked for this."""
    return JsonResponse("well", safe=False)


def email(session: models.Session) -> str:
    return str(session.identity.traits["email"])


def as_user(session: models.Session) -> Any:
    """A project with a table of users would get or create a row here."""
    return email(session)


urlpatterns = (
    path("", home),
    path("me", me),
    path("account", account),
    path("files/<id>", read),
    path("user", user),
    path("health", health),
)

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "ory_async.integrations.django.OryMiddleware"],
    ORY={"public_url": os.environ["ORY_SDK_URL"], "user": as_user},
    ROOT_URLCONF=urlpatterns,
    SECRET_KEY=os.environ.get("SECRET_KEY", "only-for-this-example"),
)
asgi = get_asgi_application()
wsgi = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line()
