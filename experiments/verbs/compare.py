"""`shanshui compare`: several scenarios in the same futures; which is best, at whose cost, and who loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.folders import user_folder
from experiments.problems import BadConfig, Problem, refuse_if, shown
from experiments.resolve import Resolved, resolve
from experiments.words import Word, parse

POLICIES = "policies"
ASKED_FIRST = (
    "business_as_usual",
    "natural_first",
    "strict_enforcement",
    "funding_reform",
    "xiamen_practice",
)
FOR_ALL = (
    "replicates",
    "workers",
    "out",
    "headline",
    "relevance",
    "keep",
    "map_years",
    "seed",
    "years",
    "start_year",
)


def answer(words: Sequence[str], config_dir: str | None, *, quiet: bool) -> int:
    """Run all scenarios, compare them with the first, say the result, print the folder; returns the exit code."""
    scenarios = scenarios_of(parse(words), user_folder(config_dir) if config_dir else None)
    from experiments.answers import (
        compare_answered,  # once all is checked: a refusal need not wait for pictures
    )
    from experiments.ask import Question

    return compare_answered(Question("compare", scenarios, words, config_dir, quiet))


def scenarios_of(words: Sequence[Word], config_dir: Path | None) -> dict[str, Resolved]:
    """The scenarios to compare: those of an experiment, or a policy each; the first is the baseline."""
    common = [word for word in words if word.key != POLICIES]
    asked = next((word for word in words if word.key == POLICIES), None)
    _refuse_policy_word(common)
    listed = resolve(common, config_dir).scenarios
    if listed and asked:
        cure = "the experiment lists scenarios of its own. Leave one of the two out."
        raise BadConfig([Problem(asked.where, POLICIES, cure, shown(asked.value))])
    if listed:
        return _of_experiment(listed, common, config_dir)
    names = list(ASKED_FIRST) if asked is None else _names(asked)
    where = asked.where if asked else "default of policies"
    return _each({name: [Word("policy", name, where)] for name in names}, common, config_dir)


def _refuse_policy_word(words: Sequence[Word]) -> None:
    for word in words:
        if word.key == "policy":
            cure = (
                f"`compare` takes several: 'policies=[business_as_usual,{shown(word.value, quote=False)}]'."
            )
            raise BadConfig([Problem(word.where, word.key, cure)])


def _names(word: Word) -> list[str]:
    fits = isinstance(word.value, list) and word.value and all(isinstance(name, str) for name in word.value)
    if not fits:
        cure = "must be a list of policies, the first of them the baseline: 'policies=[A,B]'."
        raise BadConfig([Problem(word.where, word.key, cure, shown(word.value))])
    twice = [name for name in word.value if word.value.count(name) > 1]
    if twice:
        raise BadConfig([Problem(word.where, word.key, f"'{twice[0]}' stands twice.", shown(word.value))])
    return list(word.value)


def _of_experiment(
    scenarios: Mapping[str, tuple[list[str], str]], common: Sequence[Word], config_dir: Path | None
) -> dict[str, Resolved]:
    typed = {word.key: word for word in common}
    parsed = {name: parse(texts, where) for name, (texts, where) in scenarios.items()}
    problems = []
    for words in parsed.values():
        for word in words:
            if word.key in typed:
                problems.append(
                    Problem(word.where, word.key, "the command line says it too. Say it in one place.")
                )
            if word.key in (*FOR_ALL, "experiment", POLICIES):
                problems.append(
                    Problem(word.where, word.key, "is the same for all scenarios; say it beside them.")
                )
    refuse_if(problems)
    return _each(parsed, common, config_dir)


def _each(
    own: Mapping[str, Sequence[Word]], common: Sequence[Word], config_dir: Path | None
) -> dict[str, Resolved]:
    """Resolve every scenario; the faults of all of them at once."""
    found: dict[str, Resolved] = {}
    problems: list[Problem] = []
    for name, words in own.items():
        try:
            found[name] = resolve([*common, *words], config_dir)
        except BadConfig as bad:
            problems += bad.problems
    refuse_if(list(dict.fromkeys(problems)))
    first = next(iter(found.values()))
    return {name: _as_first(name, each, first) for name, each in found.items()}


def _as_first(name: str, each: Resolved, first: Resolved) -> Resolved:
    """A scenario that agrees with the first in what is asked of all of them."""
    for key in ("seed", "years", "start_year", "keep", "map_years"):
        if each.config[key] != first.config[key]:
            cure = f"scenario {name} has another value than the first ({shown(first.config[key])}); say it for all."
            raise BadConfig([Problem(f"scenario {name}", key, cure, shown(each.config[key]))])
    return replace(
        each,
        replicates=first.replicates,
        workers=first.workers,
        out=first.out,
        headline=first.headline,
        relevance=first.relevance,
    )
