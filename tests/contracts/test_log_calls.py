"""What can reach a log, read from the code: words that are written there, and fields of the allow-list.

The allow-list alone would drop a field silently: here its author is told. And no message is made of values, which the
allow-list could not see.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.observability.logs import ALLOWED

ROOT = Path(__file__).parents[2]
FORWARDS = ROOT / "shared" / "src" / "shared" / "observability" / "logs.py"
"""Forwards what libraries log: their place in the code in the place of their words."""
SOURCES = sorted(
    path for folder in (*ROOT.glob("services/*/src"), ROOT / "shared" / "src") for path in folder.rglob("*.py")
)
LEVELS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "msg"}
BINDS = {"bind", "new", "bind_contextvars", "bound_contextvars"}
OF_THE_LIBRARY = {"exc_info", "stack_info"}
"""``logs`` turns the first into a type and places; nobody may use the second."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Calls of a logger of ours, whatever it is called, each with the method's name."""
    loggers = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and is_get_logger(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        of = node.func.value
        if (
            (isinstance(of, ast.Name) and of.id in loggers)
            or is_get_logger(of)
            or node.func.attr in BINDS - {"bind", "new"}
        ):
            yield node.func.attr, node


def is_get_logger(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("get_logger")


def mistakes(source: str) -> list[str]:
    """What is wrong with the log calls of a module."""
    found = []
    for method, call in calls(ast.parse(source)):
        where = f"line {call.lineno}: "
        if method in LEVELS:
            words = call.args[1:] if method == "log" else call.args
            if len(words) != 1 or not (isinstance(words[0], ast.Constant) and isinstance(words[0].value, str)):
                found.append(where + "the message is not one written text")
        elif method not in BINDS:
            found.append(where + f"an unknown method, {method}")
        for keyword in call.keywords:
            if keyword.arg is None:
                found.append(where + "fields that can't be read here")
            elif keyword.arg not in ALLOWED | (OF_THE_LIBRARY - {"stack_info"}):
                found.append(where + f"{keyword.arg} is not allowed")
    return found


def test_every_log_call_says_written_words_and_allowed_fields() -> None:
    found = {str(path.relative_to(ROOT)): mistakes(path.read_text()) for path in SOURCES if path != FORWARDS}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_nobody_logs_another_way() -> None:
    """Neither by the standard library, whose words the allow-list does not see, nor straight to the output."""
    level = "|".join(sorted(LEVELS))
    another = re.compile(
        rf"print|traceback\.print_exc|warnings\.warn|logging\.({level})|logging\.getLogger\(.*\)\.({level})"
    )
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert not another.fullmatch(ast.unparse(node.func)), f"{path.relative_to(ROOT)}: line {node.lineno}"


def test_the_code_logs_at_all() -> None:
    assert sum(len(list(calls(ast.parse(path.read_text())))) for path in SOURCES) > 30


@pytest.mark.parametrize(
    "line",
    [
        "log.info(f'hello {name}')", "log.info('hello ' + name)", "log.info('hello %s' % name)", "log.info(message)",
        "log.info('a', name)", "log.info('hello', email='x')", "log.info('hello', **fields)", "log.bind(name='x')",
        "log.log(20, f'{name}')", "structlog.get_logger().error(name)", "log.exception('a', stack_info=True)",
        "structlog.contextvars.bind_contextvars(email=x)",
    ],
)  # fmt: skip
def test_a_careless_call_is_found(line: str) -> None:
    assert mistakes(f"log = structlog.get_logger()\n{line}")


@pytest.mark.parametrize(
    "line", ["log.info('hello')", "log.info('hello', count=name)", "log.log(20, 'a')", "other.info(name)"]
)  # fmt: skip
def test_a_careful_call_passes(line: str) -> None:
    assert mistakes(f"log = structlog.get_logger()\n{line}") == []
