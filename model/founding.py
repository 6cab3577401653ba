"""From a landscape to a state: tables, links, people, opening duties, at the end of the start year."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from model.landscapes.landscape import Landscape
from model.settings import Settings
from model.state.habitats import Habitats
from model.state.ledger import Ledger
from model.state.network import Layer, Network, Rivers, pair_layer, upstream_first
from model.state.obligations import Obligations
from model.state.people import Practice
from model.state.projects import Projects, Sites
from model.state.state import State
from model.state.streams import Chance
from model.state.taking import Coasts, Parcels, Segments
from model.units import fen


def found(landscape: Landscape, now: SimpleNamespace, chance: Chance, settings: Settings) -> State:
    """The state at the start: people by their form, seed rain and loads from the land as it lies, duties of mines.

    Flows of the opening balances belong to the start year and are closed with it.
    """
    habitats = Habitats(landscape.ids, **landscape.patches)
    ledger = Ledger()
    people = now.people.found(landscape, ledger, chance, settings.start_year)
    _give_mines_to_firms(habitats, people.mines.patch, people.mines.firm)
    state = State(
        year=settings.start_year,
        start_year=settings.start_year,
        habitats=habitats,
        centre=people.centre,
        provinces=people.provinces,
        counties=people.counties,
        cities=people.cities,
        firms=people.firms,
        mines=people.mines,
        investors=people.investors,
        projects=Projects(0),
        sites=Sites(0),
        parcels=Parcels(0),
        segments=Segments.along(habitats, people.counties.city),
        coasts=Coasts.of(len(people.cities)),
        trust=people.trust,
        practice=Practice.of_all(len(people.counties)),
        network=network_of(landscape, people.contacts),
        ledger=ledger,
        obligations=Obligations(len(ledger.names)),
        accounts=people.accounts,
        bays=len(landscape.bays),
    )
    _owe_for_opened_land(state, now)
    _expect_income(state, now)
    with state.opened((*now.recovery.writes, *now.water.writes, "habitats.carbon")):
        _begin_at_rest(state, now)
    with state.opened(now.products.writes):
        now.products.account(state)
    return state


def _begin_at_rest(state: State, now: SimpleNamespace) -> None:
    """Waters stand where their burden leaves them, with as much less carbon as they have less structure."""
    h = state.habitats
    given = h.structure.copy()
    now.recovery.begin(state)
    h.carbon[:] *= h.structure / np.where(given > 0.0, given, 1.0)
    now.water.balance(state)


def network_of(landscape: Landscape, contacts: Layer) -> Network:
    """The layers of a landscape and its investors. Raises ``ValueError`` where water would run in a circle."""
    d, r = landscape.dispersal, landscape.rivers
    return Network(
        dispersal=Layer(d.indptr, d.indices, d.probability),
        rivers=Rivers(r.downstream, r.fraction, upstream_first(r.downstream)),
        coast=pair_layer(landscape.coast_links, len(landscape.ids)),
        bay_exchange=np.asarray(landscape.bay_exchange, dtype=np.float64).reshape(-1, 3),
        contacts=contacts,
    )


def _give_mines_to_firms(habitats: Habitats, patch: np.ndarray, firm: np.ndarray) -> None:
    with habitats.opened(["holder"]):
        habitats.holder[patch] = firm


def _owe_for_opened_land(state: State, now: SimpleNamespace) -> None:
    """Land that is open at the start carries its duty as if it had been opened now."""
    owed = state.by_firm(fen((state.mines.active + state.mines.bare) * now.extraction.duty_per_hectare))
    state.obligations.create("reclamation_duty", state.firms.account, owed, now.extraction.duty_horizon)


def _expect_income(state: State, now: SimpleNamespace) -> None:
    """Before the first year's money comes in, counties plan with what their instruments promise."""
    with state.opened(["counties.income"]):
        state.counties.income[:] = now.own_budget.due(state) + now.transfer.due(state)
