"""cloudflared's ingress rules, as its source has them: which service answers for a host and a path.

The first rule that matches wins. A hostname is compared whole, or by its ending after a leading `*.`; a path is a
regular expression that is searched for; the last rule must match everything and no earlier one may.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

Config = Mapping[str, Any]

_SCHEMA = json.loads(Path(__file__).with_name("cloudflared.schema.json").read_text(encoding="utf-8"))
_VALIDATOR = Draft202012Validator(_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def resolve(config: Config, host: str, path: str) -> str:
    """The `service` of the first matching rule. A port in `host` is ignored. Raises `ValueError` for a bad config."""
    if found := list(mistakes(config)):
        raise ValueError("; ".join(found))
    name = host.partition(":")[0]
    return next(str(rule["service"]) for rule in config["ingress"] if _matches(rule, name, path))


def mistakes(config: Config) -> Iterator[str]:
    """Why cloudflared would refuse this configuration; nothing when it would not."""
    errors = sorted(_VALIDATOR.iter_errors(config), key=lambda error: error.json_path)
    yield from (f"{error.json_path}: {error.message}" for error in errors)
    if not errors:
        yield from _misplaced_catch_alls(config["ingress"])


def _misplaced_catch_alls(rules: list[Config]) -> Iterator[str]:
    *earlier, last = rules
    yield from (
        f"$.ingress[{index}]: matches everything, so no later rule is reached"
        for index, rule in enumerate(earlier)
        if _is_catch_all(rule)
    )
    if not _is_catch_all(last):
        yield "$.ingress: the last rule must match everything (no hostname, no path)"


def _is_catch_all(rule: Config) -> bool:
    return rule.get("hostname", "*") == "*" and "path" not in rule


def _matches(rule: Config, host: str, path: str) -> bool:
    return _host_matches(rule.get("hostname", "*"), host) and re.search(rule.get("path", ""), path) is not None


def _host_matches(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern in {"*", host}
