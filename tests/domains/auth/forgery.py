"""A forger's workshop: tokens that look like ours. Each recipe is a name and a token that must be refused."""

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from app.domains.auth.tokens import new_private_key

Recipe = tuple[str, str]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Workshop:
    """What a forger knows (the public key, a real token's form) and, for the claims' recipes, even our own key."""

    private_pem: str
    header: dict[str, Any]
    claims: dict[str, Any]

    def good(self) -> str:
        """A token as the service makes them: shows that the recipes fail for the right reason."""
        return self.signed(self.header, self.claims)

    def signed(self, header: object, claims: object, pem: str | None = None) -> str:
        signing_input = f"{part(header)}.{part(claims)}"
        return f"{signing_input}.{encode(es256(signing_input, pem or self.private_pem))}"

    def with_header(self, **changes: object) -> str:
        return self.signed(self.header | changes, self.claims)

    def with_claims(self, **changes: object) -> str:
        return self.signed(self.header, self.claims | changes)

    def with_mac(self, key: bytes) -> str:
        signing_input = f"{part(self.header | {'alg': 'HS256'})}.{part(self.claims)}"
        return f"{signing_input}.{encode(hmac.digest(key, signing_input.encode(), 'sha256'))}"

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return _load(self.private_pem).public_key()


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part(value: object) -> str:
    return encode(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def _load(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def es256(signing_input: str, pem: str) -> bytes:
    r, s = decode_dss_signature(_load(pem).sign(signing_input.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def recipes(shop: Workshop, now: datetime) -> dict[str, str]:
    found = [*_algorithms(shop), *_keys(shop), *_headers(shop), *_claims(shop), *_times(shop, now), *_spellings(shop)]
    names = [name for name, _ in found]
    assert len(set(names)) == len(names)
    return dict(found)


def _algorithms(shop: Workshop) -> Iterator[Recipe]:
    head, body, signature = shop.good().split(".")
    for name in ("none", "None", "NONE", "nOnE", "", "ES384", "RS256", "HS256", "es256"):
        forged = part(shop.header | {"alg": name})
        yield f"alg {name!r} with our signature", f"{forged}.{body}.{signature}"
        yield f"alg {name!r} unsigned", f"{forged}.{body}."
    yield "signature stripped", f"{head}.{body}."
    yield "signature and dot stripped", f"{head}.{body}"
    yield "signature of zeros", f"{head}.{body}.{encode(bytes(64))}"
    yield "signature halved", f"{head}.{body}.{signature[:43]}"
    yield "signature of another token", f"{head}.{body}.{shop.with_claims(jti='other').split('.')[2]}"
    yield "claims of another token", f"{head}.{part(shop.claims | {'sub': 'usr_other'})}.{signature}"


def _keys(shop: Workshop) -> Iterator[Recipe]:
    public, raw = shop.public_key, serialization.PublicFormat
    spki = raw.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, spki)
    secrets = {
        "PEM": pem,
        "PEM without its last newline": pem.strip(),
        "DER": public.public_bytes(serialization.Encoding.DER, spki),
        "point": public.public_bytes(serialization.Encoding.X962, raw.UncompressedPoint),
        "compressed point": public.public_bytes(serialization.Encoding.X962, raw.CompressedPoint),
        "key id": str(shop.header["kid"]).encode(),
        "nothing": b"",
    }
    for name, secret in secrets.items():
        yield f"HMAC with the public key's {name}", shop.with_mac(secret)
    stranger = new_private_key()
    yield "another key under our key id", shop.signed(shop.header, shop.claims, stranger)
    numbers = _load(stranger).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": part_of(numbers.x), "y": part_of(numbers.y)}
    yield "another key brought along", shop.signed(shop.header | {"jwk": jwk}, shop.claims, stranger)


def part_of(number: int) -> str:
    return encode(number.to_bytes(32, "big"))


def _headers(shop: Workshop) -> Iterator[Recipe]:
    kids: list[object] = [
        "",
        "unknown",
        "../../dev/null",
        "' OR 1=1 --",
        None,
        1,
        [],
        {},
        [shop.header["kid"]],
        "a" * 100,
    ]
    for number, kid in enumerate(kids):
        yield f"kid {number}", shop.with_header(kid=kid)
    for missing in shop.header:
        yield f"without {missing}", shop.signed({k: v for k, v in shop.header.items() if k != missing}, shop.claims)
    extra = {
        "crit": ["exp"],
        "jku": "https://evil.test/jwks.json",
        "x5u": "https://evil.test/x",
        "b64": False,
        "zip": "DEF",
        "cty": "JWT",
    }
    for name, value in extra.items():
        yield f"header {name}", shop.with_header(**{name: value})
    for number, kind in enumerate(("JWT", "jwt", "", None, 1, ["at+jwt"])):
        yield f"typ {number}", shop.with_header(typ=kind)
    others: list[object] = [[], "text header that is long enough", 1234567890123456, None, {}, [["alg"]] * 3]
    for number, header in enumerate(others):
        yield f"header that is no object {number}", shop.signed(header, shop.claims)
    yield "header of 1100 arrays", shop.signed(b"[" * 1100 + b"]" * 1100, shop.claims)
    yield "header of 1100 objects", shop.signed(b'{"a":' * 1100 + b"1" + b"}" * 1100, shop.claims)
    yield "header that is no JSON", shop.signed(b"{{{{{{{{{{{{{{{{{{{{", shop.claims)
    yield "header that is no UTF-8", shop.signed(b"\xff" * 20, shop.claims)


def _claims(shop: Workshop) -> Iterator[Recipe]:
    """Signed with our own key: even a token that we ourselves made by mistake opens nothing."""
    for missing in shop.claims:
        yield f"without {missing}", shop.signed(shop.header, {k: v for k, v in shop.claims.items() if k != missing})
    yield "another issuer", shop.with_claims(iss="https://evil.test")
    for number, audience in enumerate(("other-api", [shop.claims["aud"]], [], "", None, 1)):
        yield f"audience {number}", shop.with_claims(aud=audience)
    types: list[object] = [None, 1, [], {}, True]
    for number, value in enumerate(types):
        yield f"sub of another type {number}", shop.with_claims(sub=value)
        yield f"sid of another type {number}", shop.with_claims(sid=value)
    yield "somebody else's session", shop.with_claims(sub="usr_01kbq2z7m8e6h9s0t3v5x7y9za")
    yield "no session of ours", shop.with_claims(sid="aus_01kbq2z7m8e6h9s0t3v5x7y9za")
    for name, right in {"roles": ["admin"], "scope": "admin", "nbf": 0, "is_admin": True}.items():
        yield f"claim {name} added", shop.with_claims(**{name: right})
    others: list[object] = [[], ["sub"] * 9, "text claims that are long enough", 1234567890123456, None, {}]
    for number, claims in enumerate(others):
        yield f"claims that are no object {number}", shop.signed(shop.header, claims)
    yield "claims of 1100 arrays", shop.signed(shop.header, b"[" * 400 + b"]" * 400)
    yield "claims that are no JSON", shop.signed(shop.header, b"{{{{{{{{{{{{{{{{{{{{")
    yield "claims that are no UTF-8", shop.signed(shop.header, b"\xff" * 20)


def _times(shop: Workshop, now: datetime) -> Iterator[Recipe]:
    issued, at = shop.claims["iat"], int(now.timestamp())
    odd: list[object] = [float(at + 60), str(at + 60), None, True, [], {}, -1, 2**63, 10**400, math.inf, math.nan]
    for number, value in enumerate(odd):
        yield f"exp {number}", shop.with_claims(exp=value)
        yield f"iat {number}", shop.with_claims(iat=value)
    yield "exp zero", shop.with_claims(exp=0)
    yield "exp now", shop.with_claims(exp=at)
    yield "a life that is too long", shop.with_claims(exp=issued + 901)
    yield "issued in the future", shop.with_claims(iat=at + 31, exp=at + 90)
    yield "issued long ago and never expiring", shop.with_claims(iat=0, exp=at + 60)


def _spellings(shop: Workshop) -> Iterator[Recipe]:
    good = shop.good()
    head, body, signature = good.split(".")
    for place, text in enumerate((head, body, signature)):
        for number, twin in enumerate(_twins(text)):
            parts = [head, body, signature]
            parts[place] = twin
            yield f"part {place} in another spelling {number}", ".".join(parts)
    around = [
        " {}",
        "{} ",
        "\t{}",
        "{}\n",
        "{}=",
        "{}==",
        "{}.",
        ".{}",
        '"{}"',
        "{},{}",
        "{} {}",
        "{}\x00",
        "Bearer {}",
    ]
    for number, form in enumerate(around):
        yield f"dressed up {number}", form.format(good, good)
    yield "a space inside", f"{head}. {body}.{signature}"
    yield "a padded part", f"{head}=.{body}=.{signature}=="
    yield "five parts", f"{head}.{body}.{signature}.{body}.{signature}"
    yield "other letters", good.swapcase()
    yield "other script", good.replace(".", "․")  # noqa: RUF001 - one dot leader
    yield "ten kilobytes of claims", shop.with_claims(jti="a" * 10_000)
    yield "a megabyte", "A" * 30_000
    for number, text in enumerate((".", "..", "...", "a.b.c", "null", "undefined", "A" * 43)):
        yield f"scrap {number}", text


def _twins(text: str) -> Iterator[str]:
    """Spellings that a lenient decoder takes for the same bytes: the last character has two or four bits to spare."""
    spare = {0: 1, 2: 16, 3: 4}[len(text) % 4]
    value = ALPHABET.index(text[-1])
    for step in range(1, spare):
        yield text[:-1] + ALPHABET[value - value % spare + (value + step) % spare]


def fingerprint(pem: str) -> str:
    """The key id, computed anew: compressed point, SHA-256, twelve bytes."""
    public = _load(pem).public_key()
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return encode(hashlib.sha256(point).digest()[:12])
