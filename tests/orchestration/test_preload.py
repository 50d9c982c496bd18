"""What the local executor's workers have imported before their tasks: all of it there, none of it ours."""

import sys

from include.orchestration import preload


def test_every_module_can_be_imported() -> None:
    """The server that forks the workers passes over what it cannot import, and would only be slow."""
    assert set(preload.MODULES) <= set(sys.modules)


def test_a_changed_rule_holds_from_the_next_task_on() -> None:
    ours = {"include", "dags", "plugins", "api"}
    assert not [module for module in preload.MODULES if module.split(".")[0] in ours]
