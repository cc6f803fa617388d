"""A stand-in for AWS KMS: its two calls that wrap and unwrap, over TLS, with keys that can be destroyed."""

from __future__ import annotations

import asyncio
import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from secrets import token_bytes
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

_NONCE_BYTES = 12


class Gone(Exception):
    """The key was destroyed, or never was."""


@dataclass
class KmsStandin:
    """Keys by their ARN. `refuses` answers every call as a service in trouble does."""

    certificate: Path
    port: int = 0
    keys: dict[str, bytes] = field(default_factory=dict)
    refuses: bool = False
    calls: int = 0

    def make_key(self, number: int) -> str:
        arn = f"arn:aws:kms:eu-west-1:123456789012:key/{number:08d}"
        self.keys[arn] = token_bytes(32)
        return arn

    def answer(self, operation: str, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.calls += 1
        if self.refuses:
            return 400, {"__type": "ThrottlingException"}
        try:
            if operation == "Encrypt":
                return 200, {"KeyId": asked["KeyId"], "CiphertextBlob": self._wrapped(asked)}
            return 200, {"Plaintext": self._unwrapped(asked)}
        except Gone:
            return 400, {"__type": "KMSInvalidStateException"}

    def _wrapped(self, asked: dict[str, str]) -> str:
        name, nonce = asked["KeyId"], token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._key(name)).encrypt(nonce, b64decode(asked["Plaintext"]), None)
        return b64encode(name.encode() + b"\0" + nonce + sealed).decode()

    def _unwrapped(self, asked: dict[str, str]) -> str:
        name, _, sealed = b64decode(asked["CiphertextBlob"]).partition(b"\0")
        key = AESGCM(self._key(name.decode()))
        return b64encode(key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)).decode()

    def _key(self, name: str) -> bytes:
        if name not in self.keys:
            raise Gone
        return self.keys[name]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.splitlines()[1:])
        }
        asked = json.loads(await reader.readexactly(int(fields["content-length"])))
        status, answer = self.answer(fields["x-amz-target"].removeprefix("TrentService."), asked)
        body = json.dumps(answer).encode()
        writer.write(f"HTTP/1.1 {status} .\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def kms_standin(folder: Path) -> AsyncIterator[KmsStandin]:
    """Listens on a free port, with a certificate that its clients must trust by name."""
    certificate, key = _certificate(folder)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    standin = KmsStandin(certificate)
    server = await asyncio.start_server(standin.serve, "127.0.0.1", 0, ssl=tls)
    standin.port = server.sockets[0].getsockname()[1]
    async with server:
        yield standin


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "kms.pem", folder / "kms-key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private
