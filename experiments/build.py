"""From words to a model, and from a model to the tables of a run.

    from experiments import build
    m = build.model(["policy=natural_first", "landscape=synthetic", "landscape.patches=500", "replicate=0"])
    m.run(30)

A configuration is composed and checked once; workers get it as plain data and need neither Hydra nor pydantic.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from experiments.chunks import RunResult
from experiments.forms import mechanisms
from experiments.places import landscape_of, patches_of
from model.reports import patch_table, project_table
from model.restoration_model import RestorationModel
from model.settings import Settings
from model.state.memory import LARGE, give_back

if TYPE_CHECKING:
    from experiments.resolve import Resolved

REPLICATE = "replicate"
MAPPED = 0  # the replicate whose patches `keep=[maps]` keeps


def model(words: Sequence[str] = (), config_dir: str | Path | None = None) -> RestorationModel:
    """The model at its start, for one replicate (``replicate=0``).

    ``words`` are those of the command line; ``config_dir`` is a folder of your own options. Raises
    :class:`~experiments.problems.BadConfig` with all that is wrong.
    """
    from experiments.words import parse

    own = [word for word in words if word.partition("=")[0] == REPLICATE]
    asked = config([word for word in words if word not in own], config_dir)
    replicate = parse(own)[0].value if own else 0
    _refuse_no_replicate(replicate)
    return model_from(asked.config, replicate, keep_flows=True, habitat_agents=asked.habitat_agents)


def config(words: Sequence[str] = (), config_dir: str | Path | None = None) -> Resolved:
    """The checked configuration that ``words`` ask for; raises as :func:`model`."""
    from experiments.folders import user_folder
    from experiments.resolve import resolve
    from experiments.words import parse

    return resolve(parse(words), None if config_dir is None else user_folder(config_dir))


def model_from(
    config: Mapping[str, Any], replicate: int, *, keep_flows: bool, habitat_agents: int = 0
) -> RestorationModel:
    """The model of a checked configuration, for one replicate.

    ``keep_flows`` keeps every year's flows in memory; ``habitat_agents``: up to so many patches each is a
    Mesa agent. They only look, so a run that nobody watches does without.
    """
    settings = Settings(
        start_year=config["start_year"],
        years=config["years"],
        seed=config["seed"],
        replicate=replicate,
        connectivity_every=config["connectivity"]["every"],
        connectivity_cutoff=config["connectivity"]["cutoff"],
        habitat_agents=habitat_agents,
        keep_flows=keep_flows,
    )
    made = RestorationModel(
        landscape_of(config["landscape"], settings.seed, replicate), mechanisms(config), settings
    )
    give_back(len(made.habitats))
    return made


def simulate(config: Mapping[str, Any], replicate: int) -> RunResult:
    """One run of a checked configuration, as the tables that it keeps."""
    keep = config["keep"]
    if patches_of(config["landscape"]) >= LARGE:
        gc.collect()  # Mesa's models refer to themselves: the one before would stay beside this one for a while
    made = model_from(config, replicate, keep_flows="flows" in keep)
    maps = _mapped(made, config["map_years"], replicate) if "maps" in keep else None
    made.run(config["start_year"] + config["years"] - made.year)
    return RunResult(
        made.indicators(),
        flows=made.ledger.flows() if "flows" in keep else None,
        projects=project_table(made.state) if "projects" in keep else None,
        maps=maps,
    )


def _mapped(made: RestorationModel, years: Sequence[int], replicate: int) -> pa.Table:
    """Live to the last of ``years`` (ascending); the patches at the end of each.

    Of one replicate only, the others have no rows: places differ between them, and patches are many.
    """
    tables = [patch_table(made.state).schema.empty_table()]
    for year in years if replicate == MAPPED else ():
        made.run(year - made.year)
        tables.append(patch_table(made.state))
    return pa.concat_tables(tables)


def _refuse_no_replicate(value: Any) -> None:
    from experiments.problems import COMMAND_LINE, Problem, refuse_if, shown

    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        refuse_if([Problem(COMMAND_LINE, REPLICATE, "must be a whole number, 0 or more.", shown(value))])
