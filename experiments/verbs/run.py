"""`shanshui run`: one policy, repeated under many futures."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.ask import Question, answered
from experiments.folders import user_folder
from experiments.problems import BadConfig, Problem
from experiments.resolve import resolve
from experiments.results import Results
from experiments.traced import digits
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
    question = Question("run", {resolved.chosen["policy"]: resolved}, words, config_dir, quiet)
    with answered(question) as (store, outcome):
        pass
    if outcome.done:
        question.say(_summary(Results.open(store.folder), resolved.headline))
    print(question.folder)
    return 1 if outcome.failed else 0


def _summary(results: Results, headline: str) -> str:
    """The headline at the end: mean and spread over replicates."""
    table = results.indicators("all")
    last = table.loc[table["year"] == table["year"].max(), headline].dropna()
    if last.empty:
        return f"{headline}: no value."
    spread = f", between {digits(last.min())} and {digits(last.max())}" if len(last) > 1 else ""
    return f"{headline} in {table['year'].max()}: {digits(last.mean())} on average{spread} (n = {len(last)})."
