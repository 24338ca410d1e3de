"""The operations guide describes the settings, commands and events that exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from app import cli
from app.core.config import Settings, SettingsError, load_settings

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def _rows() -> dict[str, tuple[str, str]]:
    """The settings table: variable to (default, meaning)."""
    _, _, section = GUIDE.partition("\n## Settings\n")
    found = re.findall(r"^\| `PEERLOOP_(\w+)` \| ([^|]*) \| ([^|]*) \|$", section, re.MULTILINE)
    return {name.lower(): (default, meaning) for name, default, meaning in found}


def test_the_table_lists_exactly_the_settings() -> None:
    assert _rows().keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_table_gives_the_default(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = _rows()[name][0]
    if default == "":
        assert shown == "empty"
    elif re.match(r"`", shown):
        assert re.match(r"`([^`]*)`", shown)[1] == str(default)  # type: ignore[index]


PRODUCTION = {
    "environment": "production",
    "public_url": "https://api.peerloop.example",
    "app_url": "https://app.peerloop.example",
    "secret": "a secret of more than 32 characters",
    "jwt_private_key": "PEM",
    "stripe_key": "sk_live_1",
    "stripe_webhook_secret": "whsec_of_the_endpoint_1",
    "stripe_connect_webhook_secret": "whsec_of_the_endpoint_2",
    "plugnmeet_url": "https://video.peerloop.example",
    "plugnmeet_key": "key",
    "plugnmeet_secret": "a secret of the video server",
    "resend_key": "re_1",
    "resend_webhook_secret": "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE=",
}


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_table_says_required_of_what_production_refuses_to_miss(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in PRODUCTION.items():
        monkeypatch.setenv(f"PEERLOOP_{key.upper()}", value)
    load_settings()
    if name != "environment":
        monkeypatch.delenv(f"PEERLOOP_{name.upper()}", raising=False)
    is_required = _rows()[name][1].startswith("required")
    assert _refusal().startswith(f"PEERLOOP_{name.upper()}: " if is_required else "may start")


def _refusal() -> str:
    try:
        load_settings()
    except SettingsError as error:
        return str(error)
    return "may start"


@pytest.mark.parametrize("words", sorted(set(re.findall(r"python -m (app\.\w+(?: [a-z]+)?)", GUIDE))))
def test_every_command_of_ours_exists(words: str) -> None:
    module, _, command = words.partition(" ")
    assert find_spec(module) is not None
    assert not command or command in {
        found.name or getattr(found.callback, "__name__", "") for found in cli.app.registered_commands
    } | {group.name for group in cli.app.registered_groups}


def test_every_event_it_explains_is_one_that_is_logged() -> None:
    _, _, section = GUIDE.partition("\n| event | means |\n")
    explained = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", section.partition("\n\n")[0], re.MULTILINE)
    code = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "app").rglob("*.py"))
    assert len(explained) >= 10
    assert [event for event in explained if f'"{event}"' not in code] == []
