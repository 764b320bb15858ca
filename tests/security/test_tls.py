"""Certificates are verified unless a context of the user's own says otherwise, in so many words."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from anyio.from_thread import start_blocking_portal
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import ory_sync
from ory_async import Ory, errors


@pytest.mark.parametrize("tls", [False, True, 0, 1, "", "no", ssl.CERT_NONE, object()])
def test_verification_is_not_switched_off_by_a_value(tls: Any) -> None:
    with pytest.raises(errors.ConfigurationError, match=r"ssl\.create_default_context"):
        Ory("https://ory.example", tls=tls)


def test_there_is_no_other_switch() -> None:
    for option in ("verify", "verify_ssl", "ssl", "insecure", "check_hostname"):
        options: dict[str, Any] = {option: False}
        with pytest.raises(errors.ConfigurationError, match="unknown option"):
            Ory("https://ory.example", **options)


class Certificate:
    """A certificate for one name or address, signed by itself."""

    def __init__(self, directory: Path, name: x509.GeneralName) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ory")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.path = directory / "certificate.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.key = directory / "key.pem"
        self.key.write_bytes(private)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[tuple[str, list[str]]]:
        """A server with this certificate: its URL, and the credentials that it saw."""
        seen: list[str] = []

        async def answer(request: web.BaseRequest) -> web.Response:
            seen.append(request.headers.get("Authorization", ""))
            return web.json_response({"id": "i"})

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path, self.key)
        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
            await site.start()
            yield f"https://127.0.0.1:{runner.addresses[0][1]}", seen
        finally:
            await runner.cleanup()

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.path))


def not_verifying(_: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("ory.example")


@pytest.mark.parametrize(
    ("name", "context"),
    [(HERE, lambda _: None), (ELSEWHERE, Certificate.trusted)],
    ids=["unknown certificate", "certificate of another host"],
)
async def test_a_server_that_is_not_who_it_says_hears_nothing(
    tmp_path: Path, name: x509.GeneralName, context: Callable[[Certificate], ssl.SSLContext | None]
) -> None:
    certificate = Certificate(tmp_path, name)
    async with (
        certificate.served() as (url, seen),
        Ory(url, auth="ory_pat_x", tls=context(certificate), retry=None) as ory,
    ):
        with pytest.raises(errors.ConnectError, match="CERTIFICATE_VERIFY_FAILED") as raised:
            await ory.identity.get_identity("i")
        assert raised.value.sent is False
        assert seen == []


@pytest.mark.parametrize(
    ("name", "context"),
    [(HERE, Certificate.trusted), (ELSEWHERE, not_verifying)],
    ids=["its own authority", "said in so many words"],
)
async def test_a_context_of_ones_own_is_taken_at_its_word(
    tmp_path: Path, name: x509.GeneralName, context: Callable[[Certificate], ssl.SSLContext]
) -> None:
    certificate = Certificate(tmp_path, name)
    async with certificate.served() as (url, seen), Ory(url, auth="ory_pat_x", tls=context(certificate)) as ory:
        assert (await ory.identity.get_identity("i")).id == "i"
        assert seen == ["Bearer ory_pat_x"]


def test_the_blocking_client_verifies_as_well(tmp_path: Path) -> None:
    certificate = Certificate(tmp_path, HERE)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(certificate.served()) as (url, seen):
        with (
            ory_sync.Ory(url, auth="ory_pat_x", retry=None) as ory,
            pytest.raises(errors.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            ory.identity.get_identity("i")
        assert seen == []
        with ory_sync.Ory(url, auth="ory_pat_x", tls=certificate.trusted()) as ory:
            assert ory.identity.get_identity("i").id == "i"
        assert seen == ["Bearer ory_pat_x"]
