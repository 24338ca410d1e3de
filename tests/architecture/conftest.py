import pytest

from tests.architecture.document import METHODS, Json, Operation, answers_of


@pytest.fixture(scope="module")
def operations(openapi_document: Json) -> list[Operation]:
    shared = openapi_document["components"]["responses"]
    return [
        Operation(method, path, spec | {"responses": dict(answers_of(spec, shared))})
        for path, item in openapi_document["paths"].items()
        for method, spec in item.items()
        if method in METHODS
    ]


@pytest.fixture(scope="module")
def schemas(openapi_document: Json) -> dict[str, Json]:
    found: dict[str, Json] = openapi_document["components"]["schemas"]
    return found
