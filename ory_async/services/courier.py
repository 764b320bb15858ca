"""The courier: messages that Ory sent, or is about to send, to people."""

from __future__ import annotations

from .. import models
from ..operation import GET
from ..pagination import AsyncPager
from .base import Service


class AsyncCourierService(Service):
    """Look at the messages that Ory sends: verification and recovery codes, login codes, over e-mail or SMS."""

    tag = "courier"
    product = "kratos"

    async def get_courier_message(self, id: str) -> models.Message:
        """Fetch one message, with the attempts made to deliver it.

        Raises `NotFound` when there is no such message, `BadRequest` when the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/courier/operation/getCourierMessage
        """
        return await self._call(
            "get_courier_message",
            GET,
            "/admin/courier/messages/{id}",
            models.Message,
            path={"id": id},
            bucket="kratos-admin-medium",
        )

    def list_courier_messages(
        self,
        *,
        page_size: int | None = None,
        page_token: str | None = None,
        status: models.CourierMessageStatus | str | None = None,
        recipient: str | None = None,
    ) -> AsyncPager[models.Message]:
        """List messages, newest first, without their delivery attempts.

        `page_size` is 10 where it is not given; the server takes 1 to 500. `recipient` is an address, matched as a whole.

        https://www.ory.com/docs/reference/api#tag/courier/operation/listCourierMessages
        """
        return self._list(
            "list_courier_messages",
            "/admin/courier/messages",
            models.Message,
            query={"page_size": page_size, "page_token": page_token, "status": status, "recipient": recipient},
            bucket="kratos-admin-low",
        )
