"""What import-linter's contracts in pyproject.toml cannot say: who may import what of a sibling."""

import subprocess
import sys
from collections.abc import Iterator

import grimp
import pytest

PUBLIC = frozenset({"service", "events", "errors", "types", "deps", "policies"})
PURE_CALENDAR = frozenset({"slots", "timetable", "ics", "links", "zones"})
ADAPTER_OF_SDK = {
    "stripe": "app.providers.payments.",
    "aioboto3": "app.providers.storage.",
    "aiobotocore": "app.providers.storage.",
    "boto3": "app.providers.storage.",
    "botocore": "app.providers.storage.",
}

WHEN_NEEDED = ("PIL", "aioboto3", "botocore", "cbor2", "icalendar", "mrml", "redis", "typst", "webauthn")
"""Of no use to many a process, and each takes its megabytes: passkeys 23, S3 30."""

Import = tuple[str, str]


def crossings(imports: set[Import]) -> list[str]:
    """The imports of another domain's private modules, as `importer -> imported`."""
    return [f"{importer} -> {imported}" for importer, imported in sorted(imports) if _is_private(importer, imported)]


def _is_private(importer: str, imported: str) -> bool:
    if not (importer.startswith("app.domains.") and imported.startswith("app.domains.")):
        return False
    from_domain, (to_domain, *rest) = importer.split(".")[2], imported.split(".")[2:]
    public = PUBLIC | PURE_CALENDAR if to_domain == "calendar" else PUBLIC
    return from_domain != to_domain and bool(rest) and rest[0] not in public


def misplaced_sdks(imports: set[Import]) -> list[str]:
    """The imports of a vendor's SDK outside that vendor's adapter package."""
    return [
        f"{importer} -> {imported}"
        for importer, imported in sorted(imports)
        if (home := ADAPTER_OF_SDK.get(imported.split(".")[0])) and not importer.startswith(home)
    ]


@pytest.fixture(scope="module")
def imports() -> set[Import]:
    graph = grimp.build_graph("app", include_external_packages=True, cache_dir=None)
    return set(_direct_imports(graph))


def _direct_imports(graph: grimp.ImportGraph) -> Iterator[Import]:
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            yield module, imported


def test_domains_import_only_the_public_modules_of_each_other(imports: set[Import]) -> None:
    found = crossings(imports)
    assert not found, "\n".join(["ask the other domain's service, or publish an event:", *found])


def test_vendor_sdks_are_imported_only_by_their_adapters(imports: set[Import]) -> None:
    found = misplaced_sdks(imports)
    assert not found, "\n".join(["talk to the port in app.providers:", *found])


@pytest.mark.parametrize("private", ["models", "repository", "router", "schemas", "jobs", "handlers"])
def test_a_private_import_across_domains_is_found(private: str) -> None:
    found = crossings({("app.domains.sessions.service", f"app.domains.payments.{private}")})
    assert found == [f"app.domains.sessions.service -> app.domains.payments.{private}"]


@pytest.mark.parametrize(
    "allowed",
    [
        ("app.domains.sessions.service", "app.domains.payments.service"),
        ("app.domains.sessions.service", "app.domains.sessions.repository"),
        ("app.domains.sessions.service", "app.domains.calendar.slots"),
        ("app.domains.sessions.service", "app.domains.payments"),
        ("app.orm_registry", "app.domains.payments.models"),
        ("app.domains.sessions.service", "app.db.session"),
    ],
)
def test_public_and_own_modules_may_be_imported(allowed: Import) -> None:
    assert crossings({allowed}) == []


def test_a_misplaced_sdk_is_found() -> None:
    found = misplaced_sdks({("app.providers.video.bad", "stripe"), ("app.providers.payments.stripe", "stripe")})
    assert found == ["app.providers.video.bad -> stripe"]


def test_what_is_large_is_not_loaded_before_it_is_needed() -> None:
    program = f"import sys, app.main, app.worker; print(*sys.modules.keys() & {set(WHEN_NEEDED)})"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.split() == []
