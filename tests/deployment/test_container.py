"""The image and the composition are what the operations guide promises: small rights, no open port, no wide copy."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.core.config import Settings
from app.edge.docs import WRITTEN

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"


def instructions(text: str) -> list[tuple[str, str]]:
    """(INSTRUCTION, arguments) of a Dockerfile, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    return instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return loaded


def _all(image: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for word, rest in image if word == name]


def test_instructions_joins_lines_and_skips_comments() -> None:
    assert instructions("# c\nFROM a:1\nRUN x \\\n  && y\n") == [("FROM", "a:1"), ("RUN", "x && y")]


def test_every_base_is_pinned_by_tag(image: list[tuple[str, str]]) -> None:
    bases = [base.split()[0] for base in _all(image, "FROM")]
    assert all(re.fullmatch(r"[a-z/]+:3\.11[a-z0-9.-]+", base) for base in bases), bases
    assert len(set(bases)) == 1


def test_the_process_is_not_root(image: list[tuple[str, str]]) -> None:
    last_stage = image[max(index for index, (word, _) in enumerate(image) if word == "FROM") :]
    users = _all(last_stage, "USER")
    assert users
    assert not re.match(r"(root|0)(:|$)", users[-1])
    words = [word for word, _ in last_stage]
    assert max(words.index(word) for word in ("RUN", "COPY")) < words.index("USER") < words.index("CMD")


def test_nothing_is_fetched_or_copied_wholesale(image: list[tuple[str, str]]) -> None:
    assert _all(image, "ADD") == []
    assert not [copy for copy in _all(image, "COPY") if copy.split()[0] == "."]
    assert any("--require-hashes" in run for run in _all(image, "RUN"))


def test_the_document_lies_where_the_server_looks_for_it(image: list[tuple[str, str]]) -> None:
    place = WRITTEN.relative_to(ROOT).as_posix()
    assert f"{place} /srv/{place}" in _all(image, "COPY")


def test_the_image_knows_its_health_and_hands_signals_on(image: list[tuple[str, str]]) -> None:
    assert len(_all(image, "HEALTHCHECK")) == 1
    assert "/api/health" in _all(image, "HEALTHCHECK")[0]
    assert "exec python -m app.main" in _all(image, "CMD")[0]


def test_what_the_image_copies_gets_through_the_ignore_file(image: list[tuple[str, str]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    from_context = [copy.split()[:-1] for copy in _all(image, "COPY") if not copy.startswith("--from")]
    sources = {source for copied in from_context for source in copied}
    assert ignored[0] == "*"
    assert sources == {line.removeprefix("!") for line in ignored if line.startswith("!")}


def test_the_composition_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["api", "cloudflared"])
def test_a_service_has_small_rights_and_no_open_port(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert not {"ports", "privileged", "network_mode", "cap_add"} & service.keys()


def test_each_service_has_one_health_check(image: list[tuple[str, str]], services: dict[str, Any]) -> None:
    """The API's is the image's; compose says nothing about it."""
    assert len(_all(image, "HEALTHCHECK")) == 1
    assert {name for name, service in services.items() if "healthcheck" in service} == services.keys() - {"api"}


def test_a_worker_is_the_image_of_the_api_and_comes_only_when_it_is_wanted(services: dict[str, Any]) -> None:
    """Of one composition, so that an update that replaces the API replaces it too."""
    api, worker = services["api"], services["worker"]
    own = {"profiles", "command", "depends_on", "healthcheck"}
    assert {name: value for name, value in worker.items() if name not in own} == {
        name: value for name, value in api.items() if name != "build"
    }
    assert (worker["profiles"], worker["command"]) == (["workers"], "python -m app.worker")


def test_the_tunnel_waits_for_a_healthy_api(services: dict[str, Any]) -> None:
    assert services["cloudflared"]["depends_on"] == {"api": {"condition": "service_healthy"}}
    assert re.fullmatch(r"cloudflare/cloudflared:\d{4}\.\d+\.\d+", services["cloudflared"]["image"])


def test_the_tunnel_is_believed_and_nobody_else(services: dict[str, Any]) -> None:
    """Cloudflared connects from the composition's own network, in which else is only what runs our own code."""
    (network,) = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]["default"]["ipam"]["config"]
    told = Settings(tunnel_networks=services["api"]["environment"]["PEERLOOP_TUNNEL_NETWORKS"])
    assert [str(found) for found in told.tunnel] == [network["subnet"]]
    assert told.tunnel[0].is_private
    assert services.keys() == {"api", "cloudflared", "worker"}
    assert not any("networks" in service for service in services.values())


def test_only_the_data_volume_is_written(services: dict[str, Any]) -> None:
    assert services["api"]["volumes"] == ["data:/data"]
    assert services["api"]["environment"]["PEERLOOP_DATA_DIR"] == "/data"
    assert [mount.split(":")[0] for mount in services["api"]["tmpfs"]] == ["/tmp"]  # noqa: S108 - the mount's name


def test_a_stop_waits_longer_than_the_longest_request_and_job(services: dict[str, Any]) -> None:
    assert services["api"]["stop_grace_period"] == "60s"


def test_the_package_ships_every_file_that_is_not_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    app = ROOT / "app"
    shipped = {file for glob in project["tool"]["setuptools"]["package-data"]["app"] for file in app.glob(glob)}
    others = {file for file in app.rglob("*") if file.is_file() and file.suffix not in {".py", ".pyc"}}
    assert others <= shipped, others - shipped
