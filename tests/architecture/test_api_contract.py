"""The OpenAPI document keeps the rules of the API contract that a program can check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema
import pytest
from jsonschema.protocols import Validator

Json = dict[str, Any]

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
AUDIENCES = frozenset({"public", "student", "teacher", "creator", "moderator", "admin", "webhook"})
OPERATION_ID = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
PROBLEM = "application/problem+json"
EXAMPLES = "#/components/examples/"
ANSWERS = "#/components/responses/"
WITHOUT_KEY = frozenset(
    {
        "auth.",
        "mfa.",
        "oauth.",
        "passkeys.",
        "webhooks.",
        "payout_account.",
        "invitations.preview",
        "video.join",
        "files.renew_parts",
        "calendar_feed.renew",
    }
)
"""POSTs that take no Idempotency-Key: tokens, secrets and codes are never stored, events carry an id of
their own, and what changes nothing may be repeated."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    spec: Json

    @property
    def name(self) -> str:
        return str(self.spec.get("operationId", f"{self.method} {self.path}"))

    @property
    def is_public(self) -> bool:
        return self.spec.get("security") == []

    @property
    def parameters(self) -> dict[str, Json]:
        return {parameter["name"]: parameter for parameter in self.spec.get("parameters", [])}

    @property
    def bodies(self) -> Iterator[tuple[str, str, Json]]:
        """(place, media type, content) of the request and of every response."""
        for media_type, content in self.spec.get("requestBody", {}).get("content", {}).items():
            yield "request", media_type, content
        for status, response in self.spec["responses"].items():
            for media_type, content in response.get("content", {}).items():
                yield status, media_type, content


@pytest.fixture(scope="module")
def operations(openapi_document: Json) -> list[Operation]:
    shared = openapi_document["components"]["responses"]
    return [
        Operation(method, path, spec | {"responses": dict(answers_of(spec, shared))})
        for path, item in openapi_document["paths"].items()
        for method, spec in item.items()
        if method in METHODS
    ]


def answers_of(spec: Json, shared: Json) -> Iterator[tuple[str, Json]]:
    """(status, answer), with the shared ones in place of the references to them."""
    for status, answer in spec["responses"].items():
        yield status, shared[answer["$ref"].removeprefix(ANSWERS)] if "$ref" in answer else answer


@pytest.fixture(scope="module")
def schemas(openapi_document: Json) -> dict[str, Json]:
    found: dict[str, Json] = openapi_document["components"]["schemas"]
    return found


def report(found: Iterator[str] | list[str]) -> None:
    """Fail with one line for each violation."""
    lines = sorted(set(found))
    assert not lines, "\n".join(["", *lines])


def test_every_path_is_below_a_known_one(openapi_document: Json) -> None:
    """Each router says its whole path itself; nobody adds what it forgot."""
    report(path for path in openapi_document["paths"] if not path.startswith(("/api/", "/.well-known/")))


def test_operation_ids_are_dotted_and_unique(operations: list[Operation]) -> None:
    names = [operation.name for operation in operations]
    assert len(set(names)) == len(names)
    report([name for name in names if not OPERATION_ID.fullmatch(name)])


def test_every_operation_has_one_known_tag(openapi_document: Json, operations: list[Operation]) -> None:
    known = {tag["name"] for tag in openapi_document["tags"]}
    report([o.name for o in operations if len(o.spec.get("tags", [])) != 1 or o.spec["tags"][0] not in known])
    report([f"{tag}: no operation" for tag in known - {tag for o in operations for tag in o.spec["tags"]}])


def test_every_operation_names_its_audience(operations: list[Operation]) -> None:
    report([o.name for o in operations if not set(o.spec.get("x-audience", ["?"])) <= AUDIENCES])
    report(
        [
            f"{o.name}: public by x-audience and by security must agree"
            for o in operations
            if o.is_public != (set(o.spec["x-audience"]) <= {"public", "webhook"})
        ]
    )


def test_every_operation_is_summed_up_and_described(operations: list[Operation]) -> None:
    for operation in operations:
        summary, description = operation.spec.get("summary", ""), operation.spec.get("description", "")
        assert 0 < len(summary) <= 60, operation.name
        assert summary[0].isupper(), operation.name
        assert summary[-1] != ".", operation.name
        assert len(description) > 20, operation.name


def is_open(operation: Operation) -> bool:
    """Whether it answers without a token too: `{}` is the alternative of none at all."""
    return operation.is_public or {} in operation.spec.get("security", [])


def test_every_operation_lists_the_problems_it_can_answer(operations: list[Operation]) -> None:
    report([f"{o.name}: lists no 422" for o in operations if "422" not in o.spec["responses"]])
    report([f"{o.name}: lists no 401" for o in operations if not is_open(o) and "401" not in o.spec["responses"]])


EVERYWHERE = frozenset(
    {
        "invalid_request",
        "malformed_request",
        "body_too_large",
        "unsupported_media_type",
        "internal_error",
        "unavailable",
        "deadline_exceeded",
    }
)
"""What the edge answers for any operation."""


def test_every_operation_lists_what_the_edge_can_answer(operations: list[Operation]) -> None:
    report([f"{o.name}: lists no {code}" for o in operations for code in EVERYWHERE - codes_of(o)])


def test_every_error_is_a_problem_with_an_example(openapi_document: Json, operations: list[Operation]) -> None:
    for operation in operations:
        for status, response in operation.spec["responses"].items():
            if status >= "400":
                assert set(response["content"]) == {PROBLEM}, f"{operation.name} {status}"
                examples = shown(response["content"][PROBLEM], openapi_document)
                assert all(item["value"]["status"] == int(status) for item in examples.values()), operation.name
                assert all(code == item["value"]["code"] for code, item in examples.items()), operation.name
                assert examples, operation.name


def test_every_property_is_described(schemas: dict[str, Json]) -> None:
    report(
        f"{name}.{field}: no description"
        for name, schema in schemas.items()
        for field, spec in schema.get("properties", {}).items()
        if not (spec.get("description") or described_elsewhere(spec, schemas))
    )


def described_elsewhere(spec: Json, schemas: dict[str, Json]) -> bool:
    """A description that repeats the one of the schema it refers to is left out by Pydantic."""
    return "$ref" in spec and bool(schemas[spec["$ref"].rpartition("/")[2]].get("description"))


def test_every_parameter_is_described(operations: list[Operation]) -> None:
    report(
        f"{o.name}: parameter {name} has no description"
        for o in operations
        for name, parameter in o.parameters.items()
        if not parameter.get("description")
    )


def validator(document: Json, schema: Json) -> Validator:
    """For a schema of the document; its references lead into the components."""
    whole = schema | {"components": document["components"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def shown(content: Json, document: Json) -> dict[str, Json]:
    """The named examples of a body; the document holds each of them once."""
    named: dict[str, Json] = document["components"]["examples"]
    return {name: named[item["$ref"].removeprefix(EXAMPLES)] for name, item in content.get("examples", {}).items()}


def test_every_body_has_a_named_example_that_fits_its_schema(
    openapi_document: Json, operations: list[Operation]
) -> None:
    found = []
    for operation in operations:
        for place, media_type, content in operation.bodies:
            if media_type not in {"application/json", PROBLEM}:
                continue
            check = validator(openapi_document, content["schema"])
            examples = shown(content, openapi_document).values()
            given = [item["value"] for item in examples if item["summary"]]
            found += [f"{operation.name} {place}: no example"] if not given else []
            found += [f"{operation.name} {place}: {e.message}" for item in given for e in check.iter_errors(item)]
    report(found)


def test_every_schema_s_examples_fit_it(openapi_document: Json, schemas: dict[str, Json]) -> None:
    report(
        f"{name}: {error.message}"
        for name, schema in schemas.items()
        for item in schema.get("examples", [])
        for error in validator(openapi_document, {"$ref": f"#/components/schemas/{name}"}).iter_errors(item)
    )


def test_every_named_example_is_shown(openapi_document: Json, operations: list[Operation]) -> None:
    used = {
        name for operation in operations for _, _, content in operation.bodies for name in content.get("examples", {})
    }
    assert used == openapi_document["components"]["examples"].keys()


def named_schemas(operations: list[Operation], schemas: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """(owner, name, schema) of every property and parameter."""
    for owner, schema in schemas.items():
        for name, spec in schema.get("properties", {}).items():
            yield owner, name, spec
    for operation in operations:
        for name, parameter in operation.parameters.items():
            yield operation.name, name, parameter["schema"]


def leaves(schema: Json) -> Iterator[Json]:
    """The schema's alternatives and items, without null."""
    inner = [*schema.get("anyOf", []), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
    if not inner:
        yield schema
    for child in inner:
        if child.get("type") != "null":
            yield from leaves(child)


OPAQUE_IDS = frozenset({"request_id", "checkout_session_id"})
"""Not made here: the caller's own, and the payment service's."""


def test_ids_carry_their_pattern(operations: list[Operation], schemas: dict[str, Json]) -> None:
    report(
        f"{owner}.{name}: an id without a pattern"
        for owner, name, spec in named_schemas(operations, schemas)
        if (name == "id" or name.endswith(("_id", "_ids"))) and name not in OPAQUE_IDS
        for leaf in leaves(spec)
        if "pattern" not in leaf and "$ref" not in leaf
    )


def test_instants_say_that_they_are(operations: list[Operation], schemas: dict[str, Json]) -> None:
    report(
        f"{owner}.{name}: an instant without format date-time"
        for owner, name, spec in named_schemas(operations, schemas)
        if name.endswith("_at") or name in {"at", "starts", "ends"}
        for leaf in leaves(spec)
        if leaf.get("format") != "date-time"
    )


def test_money_is_cents_beside_a_currency(schemas: dict[str, Json]) -> None:
    for owner, schema in schemas.items():
        properties = schema.get("properties", {})
        amounts = [name for name in properties if name.endswith("_cents")]
        report(
            [
                f"{owner}.{name}: not an integer"
                for name in amounts
                for x in leaves(properties[name])
                if x.get("type") != "integer"
            ]
        )
        assert not amounts or "currency" in properties, f"{owner}: cents without a currency"


def test_bodies_are_closed_and_their_lists_bounded(operations: list[Operation], schemas: dict[str, Json]) -> None:
    """A list without a bound lets one request keep the loop busy with what it does wrong."""
    for name in sent_schemas(operations, schemas):
        schema = schemas[name]
        if schema.get("type") == "object":
            assert schema.get("additionalProperties") is False, f"{name}: takes unknown fields"
        for field, spec in schema.get("properties", {}).items():
            for option in [spec, *spec.get("anyOf", [])]:
                assert option.get("type") != "array" or "maxItems" in option, f"{name}.{field}: no maxItems"
                assert option.get("type") != "string" or _is_bounded(option), f"{name}.{field}: no bound"


def _is_bounded(text: Json) -> bool:
    return bool({"maxLength", "enum", "const", "format", "pattern"} & set(text))


def sent_schemas(operations: list[Operation], schemas: dict[str, Json]) -> set[str]:
    """The schemas of JSON request bodies, and those inside them."""
    found: set[str] = set()
    waiting = {
        name
        for operation in operations
        for place, media_type, content in operation.bodies
        if place == "request" and media_type == "application/json"
        for name in references(content)
    }
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(references(schemas[name])) - found
    return found


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def test_posts_accept_an_idempotency_key(operations: list[Operation]) -> None:
    report(
        f"{o.name}: accepts no Idempotency-Key"
        for o in operations
        if o.method == "post" and not o.name.startswith(tuple(WITHOUT_KEY)) and "Idempotency-Key" not in o.parameters
    )
    report(
        f"{o.name}: does not list what a reused key is answered"
        for o in operations
        if "Idempotency-Key" in o.parameters and "idempotency_key_reused" not in codes_of(o)
    )


def codes_of(operation: Operation) -> set[str]:
    return {
        code
        for _, media_type, content in operation.bodies
        if media_type == PROBLEM
        for code in content.get("examples", {})
    }


def test_lists_are_paged(operations: list[Operation], schemas: dict[str, Json]) -> None:
    """What answers `items` and `next_cursor` takes `limit` and `cursor`, and the other way round."""
    for operation in operations:
        answers = [content.get("schema", {}) for place, _, content in operation.bodies if place == "200"]
        fields = {
            field for answer in answers for name in references(answer) for field in schemas[name].get("properties", {})
        }
        assert ("next_cursor" in fields) == ({"limit", "cursor"} <= set(operation.parameters)), operation.name
    report(
        f"{o.name}: cursor and cursor_invalid go together"
        for o in operations
        if ("cursor" in o.parameters) != ("cursor_invalid" in codes_of(o))
    )


def test_operations_of_lists_have_pages_or_say_why_not(operations: list[Operation]) -> None:
    unpaged = {o.name for o in operations if o.name.endswith(".list") and "cursor" not in o.parameters}
    assert unpaged <= {
        "errors.list",
        "topics.list",
        "admin_topics.list",
        "passkeys.list",
        "external_calendars.list",
        "availability_overrides.list",
    }  # closed sets, ten at the most, and the dates of two years


def test_security_names_the_schemes_that_swagger_offers(openapi_document: Json, operations: list[Operation]) -> None:
    known = set(openapi_document["components"]["securitySchemes"])
    for operation in operations:
        used = {name for item in operation.spec.get("security", []) for name in item}
        assert used <= known, operation.name
        assert used or operation.is_public, operation.name


def test_static_paths_do_not_hide_behind_parameters(openapi_document: Json) -> None:
    """`/courses/mine` must be declared before `/courses/{id}`, which would take it otherwise."""
    seen: list[str] = []
    for path in openapi_document["paths"]:
        pattern = [re.sub(r"\{[^}]+\}", "[^/]+", earlier) for earlier in seen]
        hiding = [earlier for earlier, expression in zip(seen, pattern, strict=True) if re.fullmatch(expression, path)]
        assert not hiding, f"{path} is hidden by {hiding}"
        seen.append(path)
