"""One question put to the engine: scenarios become a design, the design becomes a results folder.

Every verb that runs the model passes through here, so that all of them refuse, resume, stamp and count alike.
"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from experiments.build import simulate
from experiments.design import Design, Refused, one_point
from experiments.engine import Outcome, execute
from experiments.estimate import refuse_if_absurd, rows_per_run, usable_cores
from experiments.forms import within
from experiments.intervals import METHOD
from experiments.manifest import NAME as MANIFEST
from experiments.places import inputs, landscape_of, remarks
from experiments.progress import Progress
from experiments.resolve import Resolved
from experiments.stamp import Stamp, without_private_paths
from experiments.store import Store, opened
from model.indicators import ALL_INDICATORS
from model.landscapes.rules import AssignmentRules
from model.mechanisms import SLOTS, form
from model.parameters import GRADES, parameters_of
from model.state.code_version import code_version


@dataclass(frozen=True)
class Question:
    """Scenarios by name, the baseline first, under the words and the verb that asked for them."""

    verb: str
    scenarios: Mapping[str, Resolved]
    words: Sequence[str]
    config_dir: str | None
    quiet: bool

    @property
    def first(self) -> Resolved:
        """The baseline, which speaks for all in what is no part of a run."""
        return next(iter(self.scenarios.values()))

    @property
    def workers(self) -> int:
        """Processes at once: as asked, or one a usable core."""
        return self.first.workers or usable_cores()

    @cached_property
    def design(self) -> Design:
        """The table of runs; raises :class:`~experiments.design.Refused` for an absurd one."""
        configs = {name: scenario.config for name, scenario in self.scenarios.items()}
        runs = len(configs) * self.first.replicates
        for config in configs.values():
            refuse_if_absurd(config, runs, self.workers)
        rows = max(rows_per_run(config, self.first.replicates) for config in configs.values())
        keep = tuple(self.first.config["keep"])
        return Design(one_point(), configs, self.first.replicates, keep=keep, rows_per_run=rows)

    @cached_property
    def folder(self) -> Path:
        """Where results go: as typed, or named by what was asked."""
        return Path(self.first.out or f"results/{self.verb}-{self.design.config_hash()[:8]}")

    def say(self, text: str) -> None:
        """Talk, on standard error."""
        if not self.quiet:
            print(text, file=sys.stderr)


@contextmanager
def answered(question: Question) -> Iterator[tuple[Store, Outcome]]:
    """Make the runs that the results folder does not have yet; the folder stays this process's own until the end."""
    design, folder = question.design, question.folder
    told = [remark for each in question.scenarios.values() for remark in each.remarks]
    if not (folder / MANIFEST).exists():
        told += _tried(question)
    for remark in dict.fromkeys(told):
        question.say(f"Remark: {remark}")
    with opened(folder, design, _stamp(question), _config_yaml(question), question.workers) as store:
        done = len(store.done)
        question.say(_announced(design, done, folder))
        with closing(Progress(design.runs, done, quiet=question.quiet)) as progress:
            outcome = execute(design, simulate, store, workers=question.workers, progress=progress)
        for failed in outcome.failures[:3]:
            print(
                f"Failed: {failed['scenario']}, replicate {failed['replicate']}: {failed['error']}",
                file=sys.stderr,
            )
        yield store, outcome


def _tried(question: Question) -> list[str]:
    """Make each landscape once: what contradicts itself is better refused now than in every run. Returns remarks."""
    tried: list[Mapping[str, Any]] = []
    for name, scenario in question.scenarios.items():
        config = scenario.config
        if config["landscape"] in tried:
            continue
        tried.append(config["landscape"])
        try:
            landscape_of(config["landscape"], config["seed"], replicate=0)
        except ValueError as error:
            raise Refused(f"The landscape of {name} cannot be made: {error}.") from error
    return [remark for landscape in tried for remark in remarks(landscape)]


def _announced(design: Design, done: int, folder: Path) -> str:
    names = ", ".join(design.scenarios)
    if done == design.runs:
        return f"All {design.runs} runs of {names} are done already."
    resumed = f", {done} of them done already" if done else ""
    return f"{design.runs} runs of {names}{resumed}, into {folder}"


def _stamp(question: Question) -> Stamp:
    aside = ["--config-dir", question.config_dir] if question.config_dir else []
    return Stamp(
        command=["shanshui", question.verb, *question.words, *aside],
        seed=question.first.config["seed"],
        code_version=code_version(),
        inputs=_inputs(question.scenarios.values()),
        interval=METHOD,
        relevance=question.first.relevance,
        grades=_grades(question.scenarios.values()),
        units={indicator.name: indicator.unit for indicator in ALL_INDICATORS},
    )


def _inputs(scenarios: Iterable[Resolved]) -> dict[str, str]:
    found: dict[str, str] = {}
    for scenario in scenarios:
        found |= inputs(scenario.config["landscape"])
    return found


def _grades(scenarios: Iterable[Resolved]) -> dict[str, float]:
    """Share of the parameters in force that is measured, derived, recalled or assumed."""
    configs = [scenario.config for scenario in scenarios]
    kinds = {
        form(slot, each["form"]) for config in configs for slot in SLOTS for each in _forms(config, slot)
    }
    found = Counter(each.evidence.grade for kind in (*kinds, AssignmentRules) for each in parameters_of(kind))
    return {grade: round(found[grade] / max(found.total(), 1), 3) for grade in GRADES}


def _forms(config: Mapping[str, Any], slot: str) -> list[Mapping[str, Any]]:
    """What a config says of a slot's form from the start, and of those that follow it."""
    return [within(config, slot), *config["schedule"].get(slot, {}).values()]


def _config_yaml(question: Question) -> str:
    """The resolved configuration of every scenario, as the results folder holds it."""
    content = {
        "replicates": question.first.replicates,
        "headline": question.first.headline,
        "relevance": question.first.relevance,
        "scenarios": without_private_paths(
            {name: dict(scenario.config) for name, scenario in question.scenarios.items()}
        ),
    }
    head = f"# {shlex.join(['shanshui', question.verb])}: every value of every scenario.\n"
    return head + yaml.dump(content, Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True)


class _WithoutAliases(yaml.SafeDumper):
    """Writes equal parts out, so that our own reader takes the file."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True
