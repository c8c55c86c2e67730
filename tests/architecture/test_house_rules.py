"""The rules of the house, read off the sources: sizes, docstrings, where SQL may stand, codes of refusals."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import stockmesh
from stockmesh.domain.kernel.refusals import Refusal, every_refusal

SOURCE = Path(stockmesh.__file__).parent
QUERIES = SOURCE / "store" / "queries"
# The migrations' environment is run by Alembic, not imported.
NOT_IMPORTED = ("stockmesh.store.migrations",)
SQL_WORDS = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|ALTER\s+TABLE|TRUNCATE\s+\w+|"
    r"DROP\s+(TABLE|SCHEMA|DATABASE))\b",
    re.DOTALL,
)
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
POSITIONAL_MAX = 5


@cache
def sources() -> dict[Path, ast.Module]:
    """Every module of the package, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def docstrings(module: ast.Module) -> set[int]:
    """The identities of the constants that are documentation."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def test_the_package_was_found() -> None:
    """The checks below read something."""
    assert len(sources()) > 80
    assert len(query_files()) > 50


def test_every_module_says_what_it_is_for() -> None:
    """Each opens with a docstring."""
    assert [name_of(path) for path, module in sources().items() if not ast.get_docstring(module)] == []


def test_every_public_function_and_class_of_the_flows_and_the_store_is_documented() -> None:
    """What others call says what they get."""
    silent = [
        f"{name_of(path)}: {node.name}"
        for path, module in sources().items()
        if path.is_relative_to(SOURCE / "flows") or path.is_relative_to(SOURCE / "store")
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_is_long() -> None:
    """At most 400 lines."""
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX} == {}


def test_no_function_is_long() -> None:
    """At most 50 lines, docstring included."""
    long = {
        f"{name_of(path)}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, module in sources().items()
        for node in functions(module)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_no_names_of_nothing() -> None:
    """No module is called after what it is not about."""
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "data", "info", "misc"}
    parts = {part for path in sources() for part in Path(name_of(path)).with_suffix("").parts}
    assert parts & empty == set()


def test_no_todo_is_left() -> None:
    """What is not done is not promised in the sources."""
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [name_of(path) for path in sources() if marks.search(path.read_text(encoding="utf-8"))] == []


def statements(paths: Iterable[Path]) -> list[str]:
    """Where a string that is no documentation is a statement for the database."""
    found = []
    for path in paths:
        documented = docstrings(sources()[path])
        strings = (node for node in ast.walk(sources()[path]) if isinstance(node, ast.Constant))
        said = [node for node in strings if isinstance(node.value, str) and id(node) not in documented]
        found += [f"{name_of(path)}:{node.lineno}" for node in said if SQL_WORDS.search(str(node.value))]
    return found


def test_sql_stands_in_the_store_alone() -> None:
    """No string outside store/ is a statement for the database."""
    assert statements(path for path in sources() if not path.is_relative_to(SOURCE / "store")) == []


def test_the_store_keeps_its_sql_in_files() -> None:
    """Inside store/ too, statements stand in .sql files; only the copier composes one from identifiers."""
    assert statements(path for path in sources() if path.is_relative_to(SOURCE / "store")) == []


@cache
def query_files() -> dict[str, str]:
    """Every named query with its text."""
    return {
        path.relative_to(QUERIES).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(QUERIES.rglob("*.sql"))
    }


def test_every_query_says_what_it_is_for() -> None:
    """The first line is a comment that ends as a sentence or goes on in a second one."""
    silent = [name for name, text in query_files().items() if not re.match(r"-- \S.{8,}", text)]
    assert silent == []


def test_every_query_is_one_statement() -> None:
    """No semicolon joins two."""
    bare = {name: re.sub(r"--.*|'[^']*'", "", text) for name, text in query_files().items()}
    assert [name for name, text in bare.items() if ";" in text.strip().rstrip(";")] == []


def test_queries_name_their_columns() -> None:
    """No query asks for whatever columns a table happens to have."""
    bare = {name: re.sub(r"--.*", "", text) for name, text in query_files().items()}
    tables = re.findall(r"CREATE TABLE (\w+)", (SOURCE / "store" / "schema.sql").read_text(encoding="utf-8"))
    star = re.compile(rf"SELECT\s+\*\s+FROM\s+({'|'.join(tables)})\b")
    assert [name for name, text in bare.items() if star.search(text)] == []


def strings_of_the_code() -> set[str]:
    """Every string constant of the package, and the beginnings of those composed at run time."""
    return {
        node.value
        for module in sources().values()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_query_is_used_by_its_name() -> None:
    """A query nobody names is dead. Names may be composed from a folder or a stem, as in `verify/{check}`."""
    said = strings_of_the_code()
    beginnings = tuple(text for text in said if "/" in text and text.endswith(("/", "_")))
    unused = [name for name in query_files() if name not in said and not name.startswith(beginnings)]
    assert unused == []


def test_every_named_query_exists() -> None:
    """What the code calls by the name of a query folder is there."""
    folders = {name.split("/")[0] for name in query_files()}
    named = {text for text in strings_of_the_code() if re.fullmatch(rf"({'|'.join(folders)})/[a-z_]+", text)}
    assert sorted(name for name in named if name not in query_files() and not name.endswith("_")) == []


def import_everything() -> None:
    """Every module of the package, so that all refusals are known."""
    for module in pkgutil.walk_packages(stockmesh.__path__, "stockmesh."):
        if not module.name.startswith(NOT_IMPORTED):
            importlib.import_module(module.name)


@cache
def refusals() -> list[type[Refusal]]:
    import_everything()
    return [kind for kind in every_refusal() if kind.__module__.startswith("stockmesh.")]


def sample_of(kind: type[Refusal]) -> Refusal:
    """A refusal with a made-up fact of the right type in every field."""
    made: dict[str, Any] = {"int": 7, "date": date(2026, 3, 2)}
    facts = {
        field.name: made.get(field.type if isinstance(field.type, str) else getattr(field.type, "__name__", ""), "x")
        for field in fields(kind)
    }
    facts |= {field.name: ("x", "y") for field in fields(kind) if "tuple" in str(field.type)}
    return kind(**facts)


def test_refusals_have_codes_of_their_own() -> None:
    """Each reason has one stable code in lower case words, and no two share one."""
    assert len(refusals()) > 25
    codes = Counter(kind.code for kind in refusals())
    assert [code for code, times in codes.items() if times > 1] == []
    assert [kind.__name__ for kind in refusals() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)] == []


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_says_what_is_wrong(kind: type[Refusal]) -> None:
    """Its sentence can be formed from its facts, ends as a sentence, and leaves no gap."""
    said = str(sample_of(kind))
    assert re.search(r"[.!)`'\"xy]$", said), said
    assert "{" not in said
    assert said


ALLOWED_IN_DOMAIN = {
    "__future__", "abc", "array", "ast", "base64", "bisect", "collections", "contextlib", "copy", "csv", "dataclasses",
    "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "holidays", "importlib",
    "inspect", "io", "itertools", "json", "math", "numba", "numpy", "operator", "re", "stockmesh", "string", "struct",
    "sys", "textwrap", "types", "typing", "unicodedata", "zoneinfo",
}  # fmt: skip


def test_the_domain_stands_on_pure_libraries_alone() -> None:
    """Standard values, numbers, calendars, the compiler: nothing that reads, writes, waits or draws lots."""
    found = {
        f"{name_of(path)}: {name}"
        for path, module in sources().items()
        if path.is_relative_to(SOURCE / "domain")
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.split(".")[0] not in ALLOWED_IN_DOMAIN
    }
    assert found == set()


def test_the_domain_does_not_ask_the_time() -> None:
    """No call of now(), today() or utcnow() in the rules of the trade."""
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in sources().items()
        if path.is_relative_to(SOURCE / "domain")
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow", "time", "monotonic")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "time")
    ]
    assert asked == []


def test_money_and_units_are_no_floats_in_the_books() -> None:
    """No column of the schema holds a floating or binary approximation."""
    schema = re.sub(r"--.*", "", (SOURCE / "store" / "schema.sql").read_text(encoding="utf-8"))
    assert re.findall(r"\b(real|float\d?|double precision|money)\b", schema) == []
