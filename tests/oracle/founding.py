"""From a landscape to objects: who is there, what lies beside what, what everybody starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.landscapes.landscape import Landscape
from model.state.habitats import Habitats
from tests.oracle.books import WITHOUT_LIMIT
from tests.oracle.county import County
from tests.oracle.dice import key_of
from tests.oracle.firm import Firm
from tests.oracle.investor import Investor, make_acquaintance
from tests.oracle.land import arriving_loads, let_water_run, sow
from tests.oracle.mine import Mine
from tests.oracle.patch import Patch

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel

OUTSIDE = (
    "taxpayers",
    "contractors",
    "households",
    "mineral_market",
    "carbon_market",
    "banks",
    "treasury",
    "developers",
)


def found(model: OracleModel, landscape: Landscape, now: Any) -> None:
    """Everybody and everything at the end of the start year."""
    _open_accounts(model, landscape)
    table = landscape.counties
    model.counties = [
        County(model, str(table["code"][k]), k, float(table["population"][k])) for k in range(len(table))
    ]
    model.patches = _patches(model, landscape)
    _link(model.patches, landscape)
    model.bay_exchange = [(int(i), int(j), float(rate)) for i, j, rate in landscape.bay_exchange]
    model.mines = _mines(model, landscape)
    _settle_people(model, now.people)
    _balance(model, now)


def _open_accounts(model: OracleModel, landscape: Landscape) -> None:
    model.ledger.open("centre")
    for kind in ("province", "city"):
        for code in sorted(set(landscape.counties[kind])):
            model.ledger.open(f"{kind}:{code}")
    for name in ("shan_shui", "legacy_mines"):
        model.ledger.open(f"programme:{name}")
    for name in OUTSIDE:
        model.ledger.open(f"outside:{name}", WITHOUT_LIMIT)


def _patches(model: OracleModel, landscape: Landscape) -> list[Patch]:
    """Patches with what the landscape gives, or else the declared start, in the precision in which columns keep it."""
    patches = []
    for row, name in enumerate(landscape.ids.to_pylist()):
        given = {}
        for column, spec in Habitats.columns.items():
            value = landscape.patches[column][row] if column in landscape.patches else spec.start
            given[column] = np.asarray(value).astype(spec.dtype).item()
        county = model.counties[given["county"]]
        patches.append(Patch(model, name, key_of(name), county, given))
        county.settle(patches[-1])
    return patches


def _link(patches: list[Patch], landscape: Landscape) -> None:
    links, rivers = landscape.dispersal, landscape.rivers
    for row, patch in enumerate(patches):
        for k in range(links.indptr[row], links.indptr[row + 1]):
            patch.neighbours.append((patches[links.indices[k]], float(links.probability[k])))
        if rivers.downstream[row] >= 0:
            patch.downstream = patches[rivers.downstream[row]]
        patch.fraction = float(rivers.fraction[row])
    for one, other in sorted({tuple(sorted(pair)) for pair in landscape.coast_links.tolist()}):
        patches[one].coast.append(patches[other])
        patches[other].coast.append(patches[one])


def _mines(model: OracleModel, landscape: Landscape) -> list[Mine]:
    for name, county in zip(landscape.firms["id"], landscape.firms["county"], strict=True):
        model.firms.append(Firm(model, str(name), model.counties[int(county)]))
    mines = []
    for k in range(len(landscape.mines["patch"])):
        given = {name: values[k].item() for name, values in landscape.mines.items()}
        mine = Mine(
            patch=model.patches[given["patch"]],
            firm=model.firms[given["firm"]],
            mineral=given["mineral"],
            active=max(given["opened_ha"] - given["backlog_ha"], 0.0),
            bare=given["backlog_ha"],
            opened_total=given["opened_ha"],
        )
        mine.patch.holder = mine.firm
        mine.firm.mines.append(mine)
        mines.append(mine)
    return mines


def _settle_people(model: OracleModel, form: Any) -> None:
    for county in model.counties:
        mined = sum(mine.patch.area for mine in model.mines if mine.patch.county is county)
        county.excuse_by_weight_of_mining(form, mined)
        county.general_budget = form.budget_per_person * county.population
        county.inspectors = form.inspectors * county.population / 1e5
    for firm in model.firms:
        firm.found(form, model.year)
    model.investors = [Investor(model, f"investor{k:03d}") for k in range(form.investors)]
    for investor in model.investors:
        investor.found(form, model.year)
    make_acquaintance(model.investors, form, model.year)


def _balance(model: OracleModel, now: Any) -> None:
    """Duties of open land, the income that can be expected, and land and water that begin at rest."""
    for firm in model.firms:
        firm.owe_for_open_land(now.extraction)
    given = model.transfers(now.transfer)
    for county in model.counties:
        county.income = county.levy(now.own_budget) + given[county]
    sow(model.patches, now.recovery)
    for patch in model.patches:
        patch.settle_in(now.recovery)
    let_water_run(model.patches, now.water)
    for patch, arriving in arriving_loads(model.patches, model.bay_exchange).items():
        patch.bearable_load = arriving / max(patch.load_stock, now.water.least_stock)
