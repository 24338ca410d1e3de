"""A real connection: to the address that was looked at, with the certificate held against the name that was given."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.providers.calendars.port import CalendarUnread, Copy, Known, Unread
from app.providers.calendars.web import WebCalendars

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\nBEGIN:VCALENDAR"


class AtPort(httpx.AsyncHTTPTransport):
    """Knocks at another port: nobody may listen at the usual one."""

    def __init__(self, port: int, trusted: Path) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=str(trusted)))
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=self._port)
        return await super().handle_async_request(request)


def certify(name: str, folder: Path) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    return files


@asynccontextmanager
async def served(name: str, folder: Path) -> AsyncIterator[WebCalendars]:
    """A server on this machine with a certificate of that name, and a reader that takes it for the internet."""
    certificate, key = certify(name, folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async def look_up(_host: str) -> list[str]:
        return ["127.0.0.1"]

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient() as unused:
            yield WebCalendars(
                unused, look_up=look_up, may_connect=lambda _: True, transport=lambda: AtPort(port, certificate)
            )


async def test_the_certificate_is_that_of_the_name(tmp_path: Path) -> None:
    async with served("calendar.example.com", tmp_path) as source:
        assert await source.read("https://calendar.example.com/a.ics", Known()) == Copy(b"BEGIN:VCALENDAR", Known())
        with pytest.raises(CalendarUnread) as refused:
            await source.read("https://other.example.com/a.ics", Known())
    assert refused.value.reason is Unread.UNREACHABLE
