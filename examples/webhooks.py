"""What Ory calls: an action that blocks a registration, messages to deliver, a token hook and events, in one FastAPI app.

    uvicorn examples.webhooks:app --port 8000

HOOK_KEY is the key that the settings of Kratos and Hydra send in the header X-API-Key.
"""

from __future__ import annotations

import logging
import os

from fastapi import FastAPI
from starlette.routing import Route

from ory_async.webhooks import (
    Action,
    ActionReceiver,
    Authentication,
    Block,
    ChangeIdentity,
    CourierMessage,
    CourierReceiver,
    Event,
    EventReceiver,
    FlowMessage,
    TokenAnswer,
    TokenHook,
    TokenHookReceiver,
)

KEY = Authentication.api_key(*os.environ.get("HOOK_KEY", "for-development-only").split())  # two while it is replaced
BLOCKED = {"spam.example"}

logger = logging.getLogger(__name__)


async def on_registration(action: Action) -> Block | ChangeIdentity:
    """Nobody registers with an address of certain domains; everybody else begins with the free plan."""
    traits = action.identity.traits if action.identity else {}
    if traits.get("email", "").rpartition("@")[2] in BLOCKED:
        return Block(FlowMessage("Please use another address.", "traits.email", id=7001))
    return ChangeIdentity(metadata_public={"plan": "free"})


async def on_message(message: CourierMessage) -> None:
    """Where a provider's API would be called; if that raises, Kratos tries again later."""
    logger.info("to deliver: %s", message.template_type)


async def on_token(hook: TokenHook) -> TokenAnswer:
    """Every access token tells the tenant of its client."""
    return hook.session.claims(access_token={"tenant": hook.request.client_id[:8]})


async def on_event(event: Event) -> None:
    logger.info("%s at %s", event.name, event.time)


app = FastAPI(
    routes=[
        Route("/hooks/registration", ActionReceiver(KEY).endpoint(on_registration), methods=["POST"]),
        Route("/hooks/courier", CourierReceiver(KEY).endpoint(on_message), methods=["POST"]),
        Route("/hooks/token", TokenHookReceiver(KEY).endpoint(on_token), methods=["POST"]),
        Route("/hooks/events", EventReceiver(KEY).endpoint(on_event), methods=["POST"]),
    ]
)
