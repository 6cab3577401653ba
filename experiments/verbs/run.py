"""`shanshui run`: one policy, repeated under many futures."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.folders import user_folder
from experiments.problems import BadConfig, Problem
from experiments.resolve import resolve
from experiments.words import parse

COMPARE_INSTEAD = "`run` runs one policy; to compare several, write: shanshui compare 'policies=[A,B]'"


def answer(words: Sequence[str], config_dir: str | None, *, quiet: bool) -> int:
    """Run, say what came of it, print the folder; returns the exit code."""
    own = parse(words)
    for word in own:
        if word.key == "policies":
            raise BadConfig([Problem(word.where, word.key, COMPARE_INSTEAD)])
    resolved = resolve(own, user_folder(config_dir) if config_dir else None)
    if resolved.scenarios:
        _, where = next(iter(resolved.scenarios.values()))
        cure = f"this experiment lists scenarios: shanshui compare experiment={resolved.chosen['experiment']}"
        raise BadConfig([Problem(where, "scenarios", cure)])
    from experiments.answers import (
        run_answered,  # once all is checked: a refusal need not wait for the engine
    )
    from experiments.ask import Question

    return run_answered(Question("run", {resolved.chosen["policy"]: resolved}, words, config_dir, quiet))
