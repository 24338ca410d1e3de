"""A forger's workshop for ID tokens. Each recipe is a name and a token that must be refused."""

import base64
import hmac
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.sandbox.identity.keys import Key

Recipe = tuple[str, str]


@dataclass(frozen=True)
class Workshop:
    """What a forger knows, and, for the recipes of claims, even the provider's own key."""

    key: Key
    stranger: Key
    header: dict[str, Any]
    claims: dict[str, Any]

    def good(self) -> str:
        return self.signed(self.header, self.claims)

    def signed(self, header: object, claims: object, key: Key | None = None, digest: Any = hashes.SHA256) -> str:
        text = f"{part(header)}.{part(claims)}"
        signature = private(key or self.key).sign(text.encode(), padding.PKCS1v15(), digest())
        return f"{text}.{encode(signature)}"

    def with_header(self, **changes: object) -> str:
        return self.signed(self.header | changes, self.claims)

    def with_claims(self, **changes: object) -> str:
        return self.signed(self.header, self.claims | changes)

    def without_claim(self, name: str) -> str:
        return self.signed(self.header, {key: value for key, value in self.claims.items() if key != name})

    def with_mac(self, secret: bytes, algorithm: str) -> str:
        text = f"{part(self.header | {'alg': algorithm})}.{part(self.claims)}"
        return f"{text}.{encode(hmac.digest(secret, text.encode(), 'sha256'))}"


def private(key: Key) -> rsa.RSAPrivateKey:
    found = serialization.load_pem_private_key(key.pem.encode(), password=None)
    assert isinstance(found, rsa.RSAPrivateKey)
    return found


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part(value: object) -> str:
    return encode(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def recipes(shop: Workshop, jwk: dict[str, str], now: datetime) -> dict[str, str]:
    found = [*_algorithms(shop, jwk), *_headers(shop, jwk), *_claims(shop), *_times(shop, now), *_shapes(shop)]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


def _algorithms(shop: Workshop, jwk: dict[str, str]) -> Iterator[Recipe]:
    head, body, signature = shop.good().split(".")
    for name in (
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "RS384",
        "RS512",
        "PS256",
        "HS256",
        "ES256",
        "rs256",
        None,
        ["RS256"],
    ):
        forged = part(shop.header | {"alg": name})
        yield f"alg {name!r} with the good signature", f"{forged}.{body}.{signature}"
        yield f"alg {name!r} unsigned", f"{forged}.{body}."
    yield "really RS512", shop.signed(shop.header | {"alg": "RS512"}, shop.claims, digest=hashes.SHA512)
    yield "SHA-512 under RS256", shop.signed(shop.header, shop.claims, digest=hashes.SHA512)
    yield "signature stripped", f"{head}.{body}."
    yield "signature and dot stripped", f"{head}.{body}"
    yield "signature of zeros", f"{head}.{body}.{encode(bytes(256))}"
    yield "signature of one", f"{head}.{body}.{encode(bytes(255) + b'1')}"
    yield "claims of another token", f"{head}.{part(shop.claims | {'sub': 'other'})}.{signature}"
    for name, secret in _public_forms(shop, jwk).items():
        for algorithm in ("HS256", "RS256"):
            yield f"{algorithm} by HMAC with {name}", shop.with_mac(secret, algorithm)


def _public_forms(shop: Workshop, jwk: dict[str, str]) -> dict[str, bytes]:
    """The classic confusion: the public key, which everybody knows, used as an HMAC secret."""
    public = private(shop.key).public_key()
    spki, pkcs1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    return {
        "the PEM": public.public_bytes(pem, spki),
        "the PEM without its last newline": public.public_bytes(pem, spki).strip(),
        "the PKCS 1 PEM": public.public_bytes(pem, pkcs1),
        "the DER": public.public_bytes(der, spki),
        "the JWK": json.dumps(jwk).encode(),
        "the modulus": jwk["n"].encode(),
        "the key id": shop.key.kid.encode(),
        "nothing": b"",
    }


def _headers(shop: Workshop, jwk: dict[str, str]) -> Iterator[Recipe]:
    kids: list[object] = ["", "unknown", "../../dev/null", "' OR 1=1 --", None, 1, [], {}, [shop.key.kid]]
    for number, kid in enumerate(kids):
        yield f"kid {number}", shop.with_header(kid=kid)
    yield "without kid", shop.signed({"alg": "RS256"}, shop.claims)
    yield "another key under the good id", shop.signed(shop.header, shop.claims, shop.stranger)
    yield (
        "another key under its own id",
        shop.signed(shop.header | {"kid": shop.stranger.kid}, shop.claims, shop.stranger),
    )
    own = jwk | {"kid": shop.stranger.kid}
    brought = {"jwk": own, "jku": "https://evil.test/jwks", "x5u": "https://evil.test/x", "x5c": ["MIIB"]}
    for name, value in brought.items():
        yield (
            f"another key brought along as {name}",
            shop.signed(shop.header | {name: value}, shop.claims, shop.stranger),
        )
    yield "critical extension", shop.with_header(crit=["exp"])
    yield "a long header", shop.with_header(x="a" * 600)
    others: list[object] = [[], "text header that is long enough", 1234567890123456, None, {}, [["alg"]] * 3]
    for number, header in enumerate(others):
        yield f"header that is no object {number}", shop.signed(header, shop.claims)
    yield "header of 1100 arrays", shop.signed(b"[" * 1100 + b"]" * 1100, shop.claims)
    yield "header of 250 arrays", shop.signed(b"[" * 250 + b"]" * 250, shop.claims)
    yield "header of 1100 objects", shop.signed(b'{"a":' * 1100 + b"1" + b"}" * 1100, shop.claims)
    yield "header that is no JSON", shop.signed(b"{{{{{{{{{{{{{{{{{{{{", shop.claims)
    yield "header that is no UTF-8", shop.signed(b"\xff" * 20, shop.claims)


def _claims(shop: Workshop) -> Iterator[Recipe]:
    """Signed with the provider's own key: genuine tokens that are for something else."""
    for name in ("iss", "aud", "sub", "nonce", "iat", "exp"):
        yield f"without {name}", shop.without_claim(name)
    for number, value in enumerate(("https://evil.test", "", None, 1, [shop.claims["iss"]], shop.claims["iss"] + "/")):
        yield f"issuer {number}", shop.with_claims(iss=value)
    client = shop.claims["aud"]
    for number, audience in enumerate(
        ("other", "", None, 1, [], [client, "other"], ["other"], [client, client], {client: 1})
    ):
        yield f"audience {number}", shop.with_claims(aud=audience)
    for number, party in enumerate(("other", "", None, [client])):
        yield f"authorized party {number}", shop.with_claims(azp=party)
    for number, nonce in enumerate(("other", "", None, 1, [shop.claims["nonce"]], shop.claims["nonce"] + " ", "é")):
        yield f"nonce {number}", shop.with_claims(nonce=nonce)
    subjects: list[object] = ["", None, 1, [], {}, True, "a" * 256, "a b", "a\x00", "é"]
    for number, subject in enumerate(subjects):
        yield f"subject {number}", shop.with_claims(sub=subject)
    others: list[object] = [[], ["sub"] * 9, "text claims that are long enough", 1234567890123456, None, {}]
    for number, claims in enumerate(others):
        yield f"claims that are no object {number}", shop.signed(shop.header, claims)
    yield "claims of 2000 arrays", shop.signed(shop.header, b"[" * 2000 + b"]" * 2000)
    yield "claims that are no JSON", shop.signed(shop.header, b"{{{{{{{{{{{{{{{{{{{{")
    yield "claims that are no UTF-8", shop.signed(shop.header, b"\xff" * 20)


def _times(shop: Workshop, now: datetime) -> Iterator[Recipe]:
    at, issued = int(now.timestamp()), shop.claims["iat"]
    odd: list[object] = [float(at + 60), str(at + 60), None, True, [], {}, -1, 2**63, 10**400, math.inf, math.nan]
    for number, value in enumerate(odd):
        yield f"exp {number}", shop.with_claims(exp=value)
        yield f"iat {number}", shop.with_claims(iat=value)
    yield "expired", shop.with_claims(iat=at - 3600, exp=at - 30)
    yield "from the future", shop.with_claims(iat=at + 31, exp=at + 3600)
    yield "good for a week", shop.with_claims(exp=issued + 7 * 86_400)
    yield "expired before it was issued", shop.with_claims(iat=at + 20, exp=at + 10)


def _shapes(shop: Workshop) -> Iterator[Recipe]:
    head, body, signature = shop.good().split(".")
    yield "long", shop.with_claims(x="a" * 8000)
    forms = {
        "blank before": f" {head}.{body}.{signature}",
        "line break after": f"{head}.{body}.{signature}\n",
        "padding": f"{head}.{body}.{signature}==",
        "dot after": f"{head}.{body}.{signature}.",
        "five parts": f"{head}.{body}.{signature}.{body}.{signature}",
        "blank inside": f"{head}. {body}.{signature}",
        "other letters": shop.good().swapcase(),
        "nothing": "",
        "dots": "..",
        "words": "a.b.c",
        "a megabyte": "A" * 1_000_000,
    }
    yield from forms.items()
