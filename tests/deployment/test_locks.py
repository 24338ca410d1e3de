"""The lock files pin everything with hashes, agree with each other, and name no host."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def _pins(name: str) -> dict[str, str]:
    """Package (with its marker) to version and hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for line in lines:
        pin, *hashes = re.split(r"\s+--hash=", line)
        package, _, version = pin.strip().partition("==")
        assert hashes, f"{package} has no hash"
        found[package] = f"{version.strip()} {' '.join(sorted(part.strip() for part in hashes))}"
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    pins = _pins(name)
    assert len(pins) > 20
    assert all(re.match(r"\d", version) for version in pins.values())


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_is_named(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_tests_run_on_what_production_runs_on() -> None:
    development = _pins("requirements-dev.lock")
    differing = [name for name, pin in _pins("requirements.lock").items() if development.get(name) != pin]
    assert differing == []
