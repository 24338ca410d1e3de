"""The OpenAPI document keeps the rules of the API contract that a program can check."""

import re

import jsonschema
from jsonschema.protocols import Validator

from tests.architecture.document import PROBLEM, Json, Operation, codes_of, references, report

AUDIENCES = frozenset({"public", "student", "teacher", "creator", "moderator", "admin", "webhook"})
OPERATION_ID = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
EXAMPLES = "#/components/examples/"
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


def test_operation_ids_are_dotted_and_unique(operations: list[Operation]) -> None:
    names = [operation.name for operation in operations]
    assert len(set(names)) == len(names)
    report([name for name in names if not OPERATION_ID.fullmatch(name)])


def test_every_path_is_below_a_known_one(openapi_document: Json) -> None:
    """Each router says its whole path itself; nobody adds what it forgot."""
    report(path for path in openapi_document["paths"] if not path.startswith(("/api/", "/.well-known/")))


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
