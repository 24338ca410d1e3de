"""A device with one passkey, and the browser in front of it (Web Authentication Level 3), honest unless told
otherwise."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.world import BASE_URL

Json = dict[str, Any]
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """ES256, attestation "none". `step` is what its counter grows by with each use; many devices have none."""

    step: int = 1
    counter: int = 0
    origin: str = BASE_URL
    raw_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def id(self) -> str:
        return encode(self.raw_id)

    def create(self, options: Json, *, flags: int = PRESENT | VERIFIED, **changes: Any) -> Json:
        """What `navigator.credentials.create` answers; `changes` are members of the client data, or `rp_id`."""
        self.user_handle = options["user"]["id"]
        rp_id = changes.pop("rp_id", options["rp"]["id"])
        data = self._data(rp_id, flags | ATTESTED) + bytes(16) + len(self.raw_id).to_bytes(2, "big") + self.raw_id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + self._public_key()}
        client_data = self._client_data("webauthn.create", options["challenge"], changes)
        return self._credential(clientDataJSON=encode(client_data), attestationObject=encode(cbor2.dumps(attestation)))

    def get(self, options: Json, *, flags: int = PRESENT | VERIFIED, **changes: Any) -> Json:
        """What `navigator.credentials.get` answers."""
        self.counter += self.step
        data = self._data(changes.pop("rp_id", options["rpId"]), flags)
        client_data = self._client_data("webauthn.get", options["challenge"], changes)
        signed = data + hashlib.sha256(client_data).digest()
        return self._credential(
            clientDataJSON=encode(client_data),
            authenticatorData=encode(data),
            signature=encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            userHandle=self.user_handle,
        )

    def _client_data(self, kind: str, challenge: str, changes: Json) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(data | changes).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _credential(self, **response: str) -> Json:
        return {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }
