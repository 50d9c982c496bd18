"""docs/DAGs.md, written from what the DAGs say about themselves.

`python -m include.orchestration.dag_docs` writes it; with `--check` it only says whether it is stale.
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from inspect import cleandoc
from pathlib import Path
from typing import Any

from include.core.settings import PROJECT

DAGS = PROJECT / "dags"
PAGE = PROJECT / "docs" / "DAGs.md"
HEAD = """# DAGs

Written by `make docs` from the DAGs themselves; edit those.
"""


def parse_environment(home: Path) -> dict[str, str]:
    """What Airflow must find in its environment, before its first import, to parse the DAGs and no more."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


@contextmanager
def temporary_airflow(environ: MutableMapping[str, str]) -> Iterator[Path]:
    """An Airflow home that is thrown away afterwards, named in `environ`."""
    with tempfile.TemporaryDirectory(prefix="almanac-airflow-") as home:
        environ.update(parse_environment(Path(home)))
        yield Path(home)


def load_dags(folder: Path = DAGS) -> list[Any]:
    """The DAGs of a folder, by name; an ImportError where a file does not parse."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(folder)
    if bag.import_errors:
        raise ImportError("\n".join(f"{path}: {error}" for path, error in bag.import_errors.items()))
    return [bag.dags[dag_id] for dag_id in sorted(bag.dags)]


def page(dags: list[Any]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_dag_section(dag) for dag in dags)])


def docstring(task: Any) -> str:
    """What a task says about itself, mapped or not; empty where it says nothing."""
    written = task.doc_md or getattr(getattr(task, "python_callable", None), "__doc__", None)
    return cleandoc(written or "")


def _dag_section(dag: Any) -> str:
    parts = [f"## {dag.dag_id}", _facts(dag), _body(dag.doc_md)]
    if params := _params(dag):
        parts.append(_table(("Parameter", "Type", "Default", "Meaning"), params))
    parts.append(_table(("Task", "Pool", "What it does"), _tasks(dag)))
    return "\n\n".join(parts) + "\n"


def _facts(dag: Any) -> str:
    tags = ", ".join(sorted(str(tag) for tag in dag.tags))
    schedule = f"`{dag.schedule.expression}` {dag.schedule.timezone}"
    return f"Schedule: {schedule} · Owner: {dag.owner} · Tags: {tags}"


def _body(doc_md: str) -> str:
    """The DAG's own text without its title, which stands above as ours."""
    lines = cleandoc(doc_md).splitlines()
    return "\n".join(lines[1:] if lines[0].startswith("#") else lines).strip()


def _params(dag: Any) -> list[tuple[str, ...]]:
    found = [dag.params.get_param(name) for name in dag.params]
    return [
        (f"`{name}`", _type(param), f"`{json.dumps(param.value)}`", param.description)
        for name, param in zip(dag.params, found, strict=True)
    ]


def _type(param: Any) -> str:
    if "enum" in param.schema:
        return ", ".join(f"`{value}`" for value in param.schema["enum"])
    types = param.schema["type"]
    return types if isinstance(types, str) else " or ".join(types)


def _tasks(dag: Any) -> list[tuple[str, ...]]:
    return [
        (f"`{task.task_id}`" + (", mapped" if task.is_mapped else ""), task.pool, docstring(task))
        for task in dag.topological_sort()
    ]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in row)} |" for row in cells)


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check compare it: 1 where it is stale."""
    parser = ArgumentParser(prog="python -m include.orchestration.dag_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if docs/DAGs.md is stale")
    check = parser.parse_args(arguments).check
    with temporary_airflow(os.environ):
        text = page(load_dags())
    if not check:
        PAGE.write_text(text)
    elif not PAGE.is_file() or PAGE.read_text() != text:
        print("docs/DAGs.md does not say what the DAGs say: run `make docs`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
