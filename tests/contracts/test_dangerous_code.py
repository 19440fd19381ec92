"""What the code of the services never does, read in the code itself: it holds for what nobody has attacked yet.

The linter's rules (``S``) say much of this too; they can be waved aside line by line, and these can't.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from launcher.places import ROOT

SOURCES = [*ROOT.glob("services/**/src"), ROOT / "shared" / "src"]
MODULES = sorted(
    path
    for source in SOURCES
    for path in source.rglob("*.py")
    if "versions" not in path.parts or "migrations" not in path.parts
)
TEMPLATES = sorted(path for source in SOURCES for path in source.rglob("templates/**/*") if path.is_file())
SCRIPTS = sorted(path for source in SOURCES for path in source.rglob("*.js"))


KINDS = (ast.Call, ast.Import, ast.ImportFrom, ast.AnnAssign)


@cache
def code() -> list[tuple[str, ast.AST]]:
    """Place (file:line) and node of every call, import and annotated name of every module."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, KINDS)
    ]


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Place, dotted name and node of every call."""
    return [(place, ast.unparse(node.func), node) for place, node in code() if isinstance(node, ast.Call)]


@cache
def imports() -> list[tuple[str, str]]:
    """Place and name of every module that is imported."""
    names = []
    for place, node in code():
        if isinstance(node, ast.Import):
            names += [(place, one.name) for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append((place, node.module or ""))
    return names


def in_file(place: str, *files: str) -> bool:
    return place.partition(":")[0].endswith(files)


def is_constant(node: ast.AST) -> bool:
    """A text of ours: written there, or under a name in capitals, or put together of such."""
    if isinstance(node, ast.JoinedStr):
        return all(is_constant(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return is_constant(node.left) and is_constant(node.right)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return isinstance(node, ast.Constant) or bool(re.fullmatch(r"_?[A-Z][A-Z0-9_]*", name))


def found(pattern: str, files: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in files
        for hit in re.finditer(pattern, path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 300
    assert len(TEMPLATES) > 60
    assert SCRIPTS


def test_nothing_runs_what_it_is_told() -> None:
    run = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "importlib.import_module",
        "asyncio.create_subprocess_shell",
    }
    assert [place for place, name, _ in calls() if name in run] == []
    shells = [place for place, _, node in calls() for word in node.keywords if word.arg == "shell"]
    assert shells == []


def test_nothing_is_read_that_could_be_code() -> None:
    able = {
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "jsonpickle",
        "yaml",
        "xml",
        "lxml",
        "joblib",
        "plistlib",
    }
    assert [f"{place} {name}" for place, name in imports() if name.partition(".")[0] in able] == []


STATEMENTS = re.compile(r"(^|\.)(text|execute|scalar|scalars|fetch|fetchval|fetchrow|executemany)$")
OF_CONSTANTS = (
    "activation/keys_in_use.py",
    "shared/src/shared/imports/staging.py", "shared/src/shared/imports/run.py", "shared/src/shared/imports/migrations.py",
    "shared/src/shared/messaging/migrations.py", "shared/src/shared/database/migrate.py",
)  # fmt: skip
"""Put statements together of names of tables and columns, which come from the code."""


def test_no_statement_is_put_together_from_values() -> None:
    made = [
        place
        for place, name, node in calls()
        if STATEMENTS.search(name) and node.args and not in_file(place, *OF_CONSTANTS)
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp) or _is_formatted(node.args[0])
        if not is_constant(node.args[0])
    ]
    assert made == []


def _is_formatted(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}


OF_OUR_OWN_PATTERNS = (
    "member_space/cases/rules.py", "shared/observability/span_attributes.py", "shared/contracts/postal_abbreviation.py",
)  # fmt: skip
"""The letters of a kind; a shape that is written where it is called; the post's table of abbreviations."""


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    patterns = re.compile(r"re\.(compile|match|fullmatch|search|sub|split|findall|finditer)")
    made = [
        place
        for place, name, node in calls()
        if patterns.fullmatch(name) and not is_constant(node.args[0]) and "re.escape(" not in ast.unparse(node.args[0])
        if not in_file(place, *OF_OUR_OWN_PATTERNS)
    ]
    assert made == []


OF_OUR_OWN_WORDS = (
    "shared/files/refusals.py", "shared/imports/row.py", "shared/contracts/postal_refusal.py", "print_shop/listing.py",
)  # fmt: skip
"""Members of an enumeration; reasons that the rules of an import have in the code; a table of next steps."""


def test_no_format_is_what_somebody_typed() -> None:
    made = []
    for place, _, node in calls():
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "format_map"}:
            given = node.func.value
            ours = given.args[0] if isinstance(given, ast.Call) and ast.unparse(given.func) == "Markup" else given
            if not is_constant(ours) and not in_file(place, *OF_OUR_OWN_WORDS):
                made.append(f"{place} {ast.unparse(node)[:80]}")
    assert made == []


def test_no_template_is_made_of_a_text() -> None:
    assert [place for place, name, _ in calls() if name.endswith(("from_string", "Template", "string.Template"))] == []


def test_no_template_leaves_a_text_as_it_is() -> None:
    assert found(r"\|\s*safe\b|autoescape\s+false|\|\s*tojson|Markup", TEMPLATES) == []
    environments = [(place, node) for place, name, node in calls() if name.endswith("Environment")]
    assert len(environments) > 1
    for place, node in environments:
        told = {word.arg: ast.unparse(word.value) for word in node.keywords}
        assert told.get("autoescape") == "True" or in_file(place, "notifier/mail.py"), place
        assert told.get("undefined") == "StrictUndefined", place
    trusted = [place for place, name, node in calls() if name == "Markup" and not is_constant(node.args[0])]
    drawn = ("sheets/letter_page.py", "sheets/data_matrix.py", "second_factor/application_pages.py")
    assert all(any(in_file(place, one) for one in drawn) for place in trusted), "pictures of codes"


def test_no_template_writes_a_script() -> None:
    assert found(r"<script(?![^>]*\bsrc=)|<style\b|\bstyle=\"|\son\w+=\"|javascript:", _pages()) == []


def _pages() -> list[Path]:
    """Templates of pages: paper and mails have styles of their own, and no browser of ours."""
    return [path for path in TEMPLATES if not {"letters", "notifier"} & set(path.parts) and "printed" not in path.parts]


def test_no_script_makes_elements_of_a_text() -> None:
    assert (
        found(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\(\s*[\"'`]",
            SCRIPTS,
        )
        == []
    )


def test_no_script_keeps_anything_in_the_browser() -> None:
    assert found(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker", SCRIPTS) == []


def test_no_script_makes_objects_of_names_that_somebody_sent() -> None:
    assert found(r"__proto__|prototype\s*\[|\.constructor\b|for\s*\(.*\bin\b", SCRIPTS) == []
    (options,) = found(r"JSON\.parse\(.*", SCRIPTS)
    assert options.endswith("passkeys.js: JSON.parse(place.dataset.options));"), "what our own page says to its script"
    assert found(r"(?<!tabs)\.addEventListener\(\s*[\"']message|\bonmessage\b", SCRIPTS) == []


def test_files_of_people_have_no_path() -> None:
    """What people send is read from where it lies and kept in the database: no name of theirs is ever opened."""
    folders = (
        "shared/src/shared/files/",
        "member_space/files/",
        "shared/src/shared/web/uploads",
        "shared/src/shared/web/files",
    )
    able = [
        f"{place} {name}"
        for place, name in imports()
        if name.startswith(("shutil", "tempfile.NamedTemp")) and any(one in place for one in folders)
    ]
    opened = [
        place
        for place, name, _ in calls()
        if name in {"open", "os.open", "Path"} and any(one in place for one in folders)
    ]
    assert able + opened == []


def test_nothing_secret_is_drawn_by_chance_alone() -> None:
    """``random`` spreads pauses out; all else comes from ``secrets``."""
    used = {place.partition(":")[0] for place, name in imports() if name in {"random", "numpy.random"}}
    assert used == {"shared/src/shared/messaging/backoff.py"}
    assert [place for place, name, _ in calls() if name in {"uuid1", "uuid.uuid1"}] == []


def test_no_weak_hash_is_used() -> None:
    weak = re.compile(r"hashlib\.(md5|sha1|new|md4)|hmac\.(new|digest)\(.*[\"'](md5|sha1)", re.DOTALL)
    assert [place for place, _, node in calls() if weak.match(ast.unparse(node))] == []


def test_no_client_follows_redirects() -> None:
    told = [
        (place, word.arg)
        for place, _, node in calls()
        for word in node.keywords
        if word.arg in {"follow_redirects", "allow_redirects"} and ast.unparse(word.value) != "False"
    ]
    assert told == []
    assert [
        place for place, name in imports() if name.partition(".")[0] in {"requests", "urllib3", "urllib.request"}
    ] == []


def test_no_certificate_is_taken_unchecked() -> None:
    unchecked = re.compile(
        r"CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False|verify\s*=\s*False|validate_certs\s*=\s*False"
    )
    assert [str(path) for path in MODULES if unchecked.search(path.read_text(encoding="utf-8"))] == []


def test_no_password_has_an_age() -> None:
    fields = [
        f"{place} {node.target.id}"
        for place, node in code()
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if re.search(r"password.*(expire|age|changed_at|until)", node.target.id)
    ]
    assert fields == []


SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b[\w-]{1,20}:[A-Za-z0-9_-]{43}\b(?!=)|AKIA[0-9A-Z]{16}|postgres(?:ql)?://\w+:[^@\s{…<x]{6,}@"
)


def test_no_secret_is_in_the_source() -> None:
    files = [path for top in ("services", "shared", "deploy", "docs") for path in (ROOT / top).rglob("*")]
    texts = [
        path
        for path in files
        if path.suffix in {".py", ".md", ".json", ".toml", ".csv", ".sh", ".html", ""} and path.is_file()
    ]
    assert len(texts) > 400
    assert found(SECRET.pattern, texts) == []


@pytest.mark.parametrize(
    "text", ["a1:" + "A" * 43, "-----BEGIN PRIVATE KEY-----", "postgresql://letters:sesame77@db/letters"]
)
def test_a_secret_in_the_source_is_seen(text) -> None:
    assert SECRET.search(text)
