"""The schemas of the OpenAPI document keep the rules of the API contract that a program can check."""

from collections.abc import Iterator

from tests.architecture.document import Json, Operation, references, report


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
