"""House rules that no linter knows, each a small search through one file's syntax tree."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property

LONGEST_FUNCTION = 40
LONGEST_FILE = 500

_STATEMENTS = frozenset({"select", "insert", "update", "delete"})
_CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"})
_HTTP_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "api_route"})
_LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the repository's root, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(ast.parse(self.text, self.path)))

    @property
    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    @property
    def imports(self) -> Iterator[tuple[str, str, int]]:
        """(module, name, line) of every `from module import name`."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom):
                yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for, where, and what to do instead. Patterns are those of `fnmatch`: `*` crosses slashes."""

    name: str
    advice: str
    find: Callable[[Source], Iterator[int]]
    where: tuple[str, ...] = ("app/*",)
    except_in: tuple[str, ...] = ()

    def violations(self, source: Source) -> list[str]:
        if not _matches(source.path, self.where) or _matches(source.path, self.except_in):
            return []
        return [f"{source.path}:{line}: {self.advice}" for line in self.find(source)]


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def _dotted(node: ast.expr) -> str:
    """`a.b.c` for names and attributes, otherwise what is readable of it."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _ends_with(name: str, endings: frozenset[str]) -> bool:
    return any(name == ending or name.endswith(f".{ending}") for ending in endings)


def find_commits(source: Source) -> Iterator[int]:
    return (call.lineno for call in source.calls if isinstance(call.func, ast.Attribute) and call.func.attr == "commit")


def find_statements(source: Source) -> Iterator[int]:
    imported = {
        name for module, name, _ in source.imports if module.startswith("sqlalchemy") and name in _STATEMENTS
    } | {f"{prefix}.{name}" for prefix in ("sqlalchemy", "sa") for name in _STATEMENTS}
    return (call.lineno for call in source.calls if _dotted(call.func) in imported)


def find_http_below_router(source: Source) -> Iterator[int]:
    names = {"HTTPException", "Request"}
    return (
        line
        for module, name, line in source.imports
        if name in names and module.split(".")[0] in {"fastapi", "starlette"}
    )


def find_clocks(source: Source) -> Iterator[int]:
    return (call.lineno for call in source.calls if _ends_with(_dotted(call.func), _CLOCKS))


def find_undocumented_routes(source: Source) -> Iterator[int]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (
                decorator.lineno
                for decorator in node.decorator_list
                if isinstance(decorator, ast.Call) and _is_route(decorator) and not _is_documented(decorator, node)
            )


def _is_route(decorator: ast.Call) -> bool:
    """`@anything.get("/path", …)`, whatever the router is called; the first path may be empty."""
    owner, _, verb = _dotted(decorator.func).rpartition(".")
    return bool(owner) and verb in _HTTP_VERBS and bool(decorator.args) and _is_path(decorator.args[0])


def _is_path(argument: ast.expr) -> bool:
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value[:1] in {"", "/"}
    )


def _is_documented(decorator: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = {keyword.arg: keyword.value for keyword in decorator.keywords}
    hidden = given.get("include_in_schema")
    if isinstance(hidden, ast.Constant) and hidden.value is False:
        return True
    return {"operation_id", "summary"} <= given.keys() and ("response_model" in given or function.returns is not None)


def find_sync_dependencies(source: Source) -> Iterator[int]:
    plain = {node.name for node in source.nodes if isinstance(node, ast.FunctionDef)}
    return (
        call.lineno
        for call in source.calls
        if _dotted(call.func).rpartition(".")[2] in {"Depends", "Security"}
        for target in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(target, ast.Name) and target.id in plain
    )


def find_formatted_logging(source: Source) -> Iterator[int]:
    return (
        call.lineno
        for call in source.calls
        if _is_logging(call) and any(_is_formatted(argument) for argument in call.args)
    )


def _is_logging(call: ast.Call) -> bool:
    owner, _, name = _dotted(call.func).rpartition(".")
    return name == "log_event" or (
        name in _LOG_METHODS and owner.split(".")[-1].strip("_") in {"log", "logger", "logging"}
    )


def _is_formatted(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod() | ast.Add(), left=ast.Constant(value=str()) | ast.JoinedStr()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
            return True
        case _:
            return False


def find_long_functions(source: Source) -> Iterator[int]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield node.lineno


def find_long_file(source: Source) -> Iterator[int]:
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        yield lines


RULES = (
    Rule(
        "commit",
        "only app.db commits; run the unit with `await db.write(unit, …)`",
        find_commits,
        except_in=("app/db/*",),
    ),
    Rule(
        "statements",
        "build statements in the domain's repository and call that",
        find_statements,
        except_in=(
            "*/repository.py",
            "*/repository/*.py",
            "*/models.py",
            "app/db/*",
            "app/jobs/*",
            "app/edge/idempotency.py",
        ),
    ),
    Rule(
        "http-below-router",
        "raise a Problem from the domain's errors.py; only routers and deps.py know HTTP",
        find_http_below_router,
        where=("app/domains/*",),
        except_in=("*/router.py", "*/router/*.py", "*/deps.py"),
    ),
    Rule(
        "clock",
        "use `session.now` in a unit of work, else the Clock that the caller was given",
        find_clocks,
        except_in=("app/core/clock.py", "app/sandbox/deliveries.py"),
    ),
    Rule(
        "routes",
        "give the route operation_id, summary and a return annotation (or response_model)",
        find_undocumented_routes,
        except_in=("app/sandbox/*",),
    ),
    Rule(
        "async-dependencies",
        "make the dependency `async def`: FastAPI runs a plain function in a thread",
        find_sync_dependencies,
    ),
    Rule("logging", "log a fixed name and fields: `log_event(logger, 'domain.event', id=…)`", find_formatted_logging),
    Rule(
        "long-function",
        f"over {LONGEST_FUNCTION} lines; give its steps names of their own",
        find_long_functions,
        where=("app/*", "tests/*"),
    ),
    Rule(
        "long-file",
        f"over {LONGEST_FILE} lines; split by use case, as CONTRIBUTING.md says",
        find_long_file,
        where=("app/*", "tests/*"),
    ),
)
