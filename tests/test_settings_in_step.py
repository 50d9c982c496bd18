"""What is written in two places says the same in both: settings, pins, images, SQL files."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from api.settings import ApiSettings
from include.core.settings import PROJECT, Settings
from include.core.statements import SQL_ROOT
from include.local.airflow_components import settings_file

CODE = [path for folder in ("include", "api", "dags") for path in sorted((PROJECT / folder).rglob("*.py"))]
SQL_FILES = {path.relative_to(SQL_ROOT).with_suffix("").as_posix() for path in SQL_ROOT.glob("*/*.sql")}
SQL_FOLDERS = {name.partition("/")[0] for name in SQL_FILES}
SQL_BEGINS = re.compile(
    r"\s*(SELECT|WITH|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|(CREATE|DROP|ALTER|LOCK|TRUNCATE)\s+TABLE)\s"
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the code, with its file's name."""
    for path in CODE:
        name = path.relative_to(PROJECT).as_posix()
        yield from ((name, node) for node in ast.walk(tree(path)))


def texts(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def declared(kind: str, key: str) -> set[str]:
    return {entry[key] for entry in settings_file()[kind]}


def is_name_of(node: ast.AST, *names: str) -> bool:
    return getattr(node, "attr", getattr(node, "id", None)) in names


# ------------------------------------------------------------------ Airflow's settings


def test_connections_are_those_that_the_code_uses() -> None:
    from include.orchestration import resources

    used = {resources.WAREHOUSE, resources.REDIS, resources.SMTP, resources.ANTHROPIC}
    assert used == declared("connections", "conn_id")
    # The read API knows no connection; there the prefix is also that of its metrics.
    named = {
        text
        for path in CODE
        if "api" not in path.relative_to(PROJECT).parts
        for text in texts(path)
        if re.fullmatch(r"almanac_\w+", text)
    }
    environment = {text for path in CODE for text in texts(path) if text.startswith("AIRFLOW_CONN_ALMANAC_")}
    assert {name.removeprefix("AIRFLOW_CONN_").lower() for name in environment} == used
    variables_and_roles = {"almanac_admin_email", "almanac_reader", "almanac_app_writer", "almanac_monitor"}
    assert named - variables_and_roles <= used


def test_pools_are_those_that_the_tasks_name() -> None:
    files = [*(PROJECT / "dags").glob("*.py"), *(PROJECT / "include/orchestration").glob("*.py")]
    keywords = [node for file in files for node in ast.walk(tree(file)) if isinstance(node, ast.keyword)]
    used = {ast.unparse(keyword.value) for keyword in keywords if keyword.arg == "pool"}
    from include.orchestration import defaults

    assert {getattr(defaults, name) for name in used} == declared("pools", "pool_name")


def test_variables_are_those_that_the_code_reads() -> None:
    """As arguments of Variable.get, or in a template's var.value.get: by the one name, or spelt out."""
    from include.orchestration.notifications import ADMIN_VARIABLE

    spelt = {"ADMIN_VARIABLE": ADMIN_VARIABLE}
    read = set()
    for _, node in nodes():
        if isinstance(node, ast.Call) and is_name_of(getattr(node.func, "value", node), "Variable"):
            read.add(spelt.get(ast.unparse(node.args[0]), ast.unparse(node.args[0])))
        if isinstance(node, ast.JoinedStr | ast.Constant):
            names = re.findall(r"var\.(?:value|json)\.(?:get\(\W*)?(?!get\b)(\w+)\W", ast.unparse(node))
            read |= {spelt.get(name, name) for name in names}
    assert read == declared("variables", "variable_name")


# ------------------------------------------------------------------ the environment


def test_every_setting_stands_in_the_example() -> None:
    shown = dict(
        line.lstrip("# ").split("=", 1)
        for line in (PROJECT / ".env.example").read_text().splitlines()
        if re.match(r"(# )?[A-Z_]+=", line)
    )
    fields = {f"ALMANAC_{name.upper()}": field for name, field in Settings.model_fields.items()}
    reader = {
        str(field.validation_alias or f"ALMANAC_{name.upper()}")
        for name, field in ApiSettings.model_fields.items()
    }
    assert set(shown) == set(fields) | reader
    for name, value in shown.items():
        default = fields[name].default if name in fields else None
        if isinstance(default, str | int):
            assert value == str(default), f"{name}: the example shows another default"


# ------------------------------------------------------------------ pins and images


def pins(path: str) -> dict[str, set[str]]:
    """Package → the versions of its lines (more than one where they depend on the Python)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (PROJECT / path).read_text(), re.MULTILINE
    ):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("path", ["requirements.txt", "api/requirements.txt"])
def test_exported_pins_are_those_of_the_lock(path: str) -> None:
    locked = pins("requirements.lock")
    exported = pins(path)
    assert exported
    assert {
        name: versions for name, versions in exported.items() if not versions <= locked.get(name, set())
    } == {}


def test_the_reader_is_without_airflow() -> None:
    assert [name for name in pins("api/requirements.txt") if "airflow" in name or name == "pandas"] == []


def test_the_image_is_that_of_the_pinned_airflow() -> None:
    (version,) = pins("requirements.lock")["apache-airflow"]
    (base,) = re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    assert base.startswith(f"apache/airflow:{version}-python3."), base
    python = tuple(int(part) for part in base.rpartition("python")[2].split("."))
    assert (3, 11) <= python < (3, 14)


def copies(dockerfile: str) -> list[tuple[str, str]]:
    """(source, target) of every COPY."""
    text = (PROJECT / dockerfile).read_text()
    return re.findall(r"^COPY (?:--\S+ )*(\S+) (\S+)$", text, re.MULTILINE)


@pytest.mark.parametrize("dockerfile", ["Dockerfile", "api/Dockerfile"])
def test_what_an_image_copies_is_there_and_not_ignored(dockerfile: str) -> None:
    ignored = (PROJECT / ".dockerignore").read_text().split()
    assert copies(dockerfile)
    for source, _ in copies(dockerfile):
        assert (PROJECT / source).exists(), source
        assert source.partition("/")[0] not in ignored, source


@cache
def modules_beyond(requirements: str) -> set[str]:
    """The top-level modules installed here that an environment of these requirements lacks."""
    there = pins(requirements)
    return {
        module
        for module, packages in packages_distributions().items()
        if not any(re.sub(r"[-_.]+", "-", package).lower() in there for package in packages)
    }


AS_THE_IMAGE = """
import importlib.abc, json, sys
absent, statements, target = json.load(sys.stdin)

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"not in the image: {name}", name=name)

sys.meta_path.insert(0, Absent())
from uvicorn.importer import import_from_string
from include.core.statements import SQL_ROOT, statement
import_from_string(target)
for name in statements:
    statement(name)
print(SQL_ROOT)
"""


def test_the_readers_image_holds_all_that_the_reader_needs(tmp_path: Path) -> None:
    """Its application is made from nothing but the files and the packages that the image has."""
    for source, target in copies("api/Dockerfile"):
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, tmp_path / target, dirs_exist_ok=True)
        else:
            shutil.copy(PROJECT / source, tmp_path / target)
    code = [text for path in (PROJECT / "api").rglob("*.py") for text in texts(path)]
    named = [text for text in code if text.startswith("serving/")]
    assert named
    (application,) = re.findall(
        r'^CMD \["uvicorn", "([^"]+)"', (tmp_path / "api/Dockerfile").read_text(), re.MULTILINE
    )
    absent = modules_beyond("api/requirements.txt") - {"api", "include"}
    assert "airflow" in absent
    done = subprocess.run(
        [sys.executable, "-c", AS_THE_IMAGE],
        input=json.dumps([sorted(absent), named, application]),
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "ALMANAC_DATABASE_URL": "postgresql://nowhere",
            "ALMANAC_REDIS_URL": "redis://nowhere",
            "ALMANAC_API_TOKEN_SECRET": "s" * 32,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "sql")


def test_airflows_image_has_every_package_that_its_code_imports() -> None:
    """`include/local` is not for the image, nor is what `api` alone needs."""
    absent = modules_beyond("requirements.txt")
    imported = {
        (module.partition(".")[0], name)
        for name, node in nodes()
        if not name.startswith(("include/local/", "api/"))
        for module in imported_modules(node)
    }
    assert {use for use in imported if use[0] in absent - {"include"}} == set()


def imported_modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


# ------------------------------------------------------------------ SQL


@cache
def words_of(folder: Path) -> set[str]:
    return {text for path in folder.glob("*.py") for text in texts(path) if re.fullmatch(r"\w+", text)}


def uses(path: Path) -> Iterator[re.Pattern[str]]:
    """The statements that a file names: whole, or as an f-string filled with names from the same folder."""
    prefix = re.compile(rf"({'|'.join(sorted(SQL_FOLDERS))})/")
    words = "|".join(sorted(words_of(path.parent)))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if prefix.match(node.value) and re.fullmatch(
                r"\w+/\w+(?<!_)", node.value
            ):  # '…_': an f-string's start
                yield re.compile(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if isinstance(parts[0], str) and prefix.match(parts[0]):
                yield re.compile("".join(part or f"(?:{words})" for part in parts))


def test_every_statement_that_is_named_has_a_file() -> None:
    lost = [
        f"{path.relative_to(PROJECT)}: {use.pattern[:80]}"
        for path in CODE
        for use in uses(path)
        if not any(use.fullmatch(name) for name in SQL_FILES)
    ]
    assert lost == []


def test_every_sql_file_is_used() -> None:
    """An f-string's blank is filled with words of the same folder's code, so a file that nobody names shows."""
    named = [use for path in CODE for use in uses(path)]
    assert sorted(name for name in SQL_FILES if not any(use.fullmatch(name) for use in named)) == []


def test_every_sql_file_begins_with_a_comment_and_holds_one_statement() -> None:
    for name in SQL_FILES:
        text = (SQL_ROOT / f"{name}.sql").read_text()
        assert text.startswith("-- "), f"sql/{name}.sql has no header comment"
        body = re.sub(r"--[^\n]*", "", text).strip().rstrip(";")
        assert ";" not in re.sub(r"'[^']*'", "", body), f"sql/{name}.sql holds more than one statement"


def test_no_sql_is_put_together_from_text() -> None:
    """No f-string, %, + or str.format makes SQL; values are bound, identifiers are psycopg's."""
    found = [f"{name}:{node.lineno}" for name, node in nodes() if makes_sql_from_text(node)]  # type: ignore[attr-defined]
    assert found == []


def makes_sql_from_text(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return bool(
            SQL_BEGINS.match("".join(part.value for part in node.values if isinstance(part, ast.Constant)))
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(is_sql_text(side) for side in (node.left, node.right))
    if isinstance(node, ast.Call) and is_name_of(node.func, "format"):
        return is_sql_text(getattr(node.func, "value", None))
    if isinstance(node, ast.Call) and is_name_of(node.func, "execute", "executemany", "SQL"):
        return bool(node.args) and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    return False


def is_sql_text(node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL_BEGINS.match(node.value))
    )


@pytest.mark.parametrize(
    "code",
    [
        'f"SELECT * FROM {table}"',
        '"SELECT * FROM %s" % table',
        '"DELETE FROM " + table',
        '"UPDATE {} SET a = 1".format(table)',
        'connection.execute(f"{query} LIMIT 1")',
        'sql.SQL("LOCK " + table)',
    ],
)
def test_the_check_of_sql_finds_what_it_is_for(code: str) -> None:
    assert any(makes_sql_from_text(node) for node in ast.walk(ast.parse(code)))
