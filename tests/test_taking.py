"""How land and shore are taken, and what is paid or balanced first: directions in paired runs, accounts to the fen and
to the kilometre.

Smallest relevant effects, stated before the runs: a tenth of the baseline for hectares and cuts, a percent of the coast
for shore; kilometres and fen are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.forms import mechanisms
from experiments.places import landscape_of
from model.agents.government import City
from model.landscapes.landscape import Landscape
from model.restoration_model import RestorationModel
from model.schedule import Timeline
from model.settings import Settings
from model.vocabulary import Benefit, Mode, ParcelStage, Shore, Zone
from tests.small_worlds import small_world
from tests.test_identity import fingerprint, purse
from tests.worlds import columns, core_config, permuted, world

FRESH = range(310, 322)  # replicates that no other test uses
YEARS = 25
SMALLEST = 0.10
BUSY = (  # everybody builds everywhere
    "development.request.general=0.1",
    "development.request.red_line=0.1",
    "development.request.urban_growth=0.1",
    "development.refusal.general=0.0",
    "development.walk_away=0.5",
)
FEE = ("funding/prepaid_fee=reclamation_fee",)
ACCOUNTS = ("balanced", "restore_first")
ASKED = ("shoreline.request=0.03",)


def busy(*words: str) -> list[str]:
    """``BUSY`` changed by ``words``: the later word for a key counts."""
    return [f"{key}={value}" for key, value in dict(word.split("=", 1) for word in (*BUSY, *words)).items()]


def coast(replicate: int, words: Sequence[str] = (), patches: int = 500) -> RestorationModel:
    """A synthetic land with its coast, under ``words``."""
    config = core_config(["landscape=synthetic", f"landscape.patches={patches}", *words])
    land = landscape_of(config["landscape"], 7, replicate)
    own = Settings(seed=7, replicate=replicate, connectivity_every=0)
    return RestorationModel(land, mechanisms(config), own)


@lru_cache(maxsize=32)
def late(words: tuple[str, ...], years: int = YEARS) -> pd.DataFrame:
    """The last year of every fresh replicate under ``words``, each on its own small land."""
    config = core_config(["landscape=synthetic", "policy=usual_core", *busy(*words)])
    rows = []
    for replicate in FRESH:
        own = Settings(seed=7, replicate=replicate, years=years, connectivity_every=years)
        model = RestorationModel(small_world(9, firms=0, seed=replicate), mechanisms(config), own).run(years)
        last = model.indicators().query("county == 'all'").iloc[-1]
        rows.append({**last, "taken_ha": float(model.habitats.area @ model.habitats.taken_share)})
    return pd.DataFrame(rows)


def below(one: Any, other: Any, least: float) -> bool:
    """Whether the mean of ``one - other`` lies below ``-least`` with its whole 95 % interval."""
    change = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    error = stats.t.ppf(0.975, change.size - 1) * change.std(ddof=1) / np.sqrt(change.size)
    return bool(change.mean() + error < -least)


# Construction: screening, review, offsets, temporary land.


def test_full_prepayment_leaves_fewer_hectares_unreclaimed_and_half_of_it_some() -> None:
    none, half, full = (
        late(words)["land_unreclaimed_ha"] for words in ((), (*FEE, "funding.prepaid_fee.prepaid=0.5"), FEE)
    )
    least = SMALLEST * none.mean()
    assert none.mean() > 1.0
    assert below(half, none, least)
    assert below(full, half, least)
    assert (full == 0.0).all(), "who has paid in full has no reason to walk away"


def test_review_cuts_fewer_corridors_and_leaves_other_takings_alone() -> None:
    without, review = late(()), late(("development.review=1.0",))
    assert below(
        review["corridor_cuts_n"], without["corridor_cuts_n"], SMALLEST * without["corridor_cuts_n"].mean()
    )
    assert (review["corridor_cuts_n"] == 0.0).all()
    models = [world(busy(f"development.review={review}")).run(10) for review in (0.0, 1.0)]
    on_map = models[0].state.corridors
    one, other = (model.habitats.taken_share for model in models)
    np.testing.assert_array_equal(one[~on_map], other[~on_map])
    assert one[on_map].sum() > other[on_map].sum() == 0.0


def test_the_map_of_corridors_is_the_best_linked_tenth_of_habitat() -> None:
    state = world((), small_world(12)).state
    h, graph = state.habitats, state.network.dispersal.to_networkx()
    reached = np.array(
        [
            sum(link["weight"] * h.area[k] for k, link in graph[row].items() if h.ecological[k])
            if h.ecological[row]
            else 0
            for row in range(len(h))
        ]
    )
    assert state.corridors.sum() == pytest.approx(0.1 * h.ecological.sum(), abs=1.5)
    assert reached[state.corridors].min() > reached[~state.corridors].max()


def test_stricter_screening_loses_less_of_the_red_line_and_keeps_it_better() -> None:
    lax, strict = (late((f"development.refusal.red_line={strictness}",)) for strictness in (0.3, 0.95))
    assert below(
        strict["red_line_loss_ha"], lax["red_line_loss_ha"], SMALLEST * lax["red_line_loss_ha"].mean()
    )
    assert below(lax["red_line_effect"], strict["red_line_effect"], 0.005)


def test_offsets_lower_the_loss_of_connection_for_each_hectare_taken() -> None:
    """Against a land where nobody builds: ECA lost by hectare taken in the red line, with three hectares paid for one.

    Smallest relevant effect: a twentieth of the loss; counties restore with the money as well as they restore at all.
    """
    calm = tuple(f"development.request.{zone.text}=0.0" for zone in Zone)
    red = (*calm[1:], "development.request.red_line=0.1", "development.refusal.red_line=0.0")
    untouched, without, offset = (
        late(words) for words in (calm, red, (*red, "development.offset_ratio=3.0"))
    )
    np.testing.assert_array_equal(without["taken_ha"], offset["taken_ha"])
    lost, less = ((untouched["eca_ha"] - made["eca_ha"]) / made["taken_ha"] for made in (without, offset))
    assert below(less, lost, 0.05 * lost.mean())


def test_every_fee_is_held_released_or_forfeited_to_the_fen() -> None:
    """MR-51, by county and year, from the books alone; and what is held stands beside the parcel it is held for."""
    model = world(busy(*FEE, "funding.prepaid_fee.prepaid=0.6", "funding.prepaid_fee.interest=0.02"))
    state = model.state
    account = state.counties.prepaid_account
    for _ in range(12):
        model.step()
        held = np.zeros(len(state.counties), dtype=np.int64)
        np.add.at(held, state.habitats.county[state.parcels.patch], state.parcels.held)
        np.testing.assert_array_equal(held, state.ledger.balance[account])
        flows = state.ledger.closed_flows()
        instruments = state.ledger.instruments
        amount = {name: flows[flows["instrument"] == k] for k, name in enumerate(instruments)}

        def sums(name: str, side: str, amount: dict[str, pd.DataFrame] = amount) -> np.ndarray:
            by = (
                amount[name].groupby(side)["amount_fen"].sum()
                if name in amount
                else pd.Series(dtype=np.int64)
            )
            return by.reindex(account, fill_value=0).to_numpy()

        posted = sums("fee_prepaid", "payee") + sums("fee_interest", "payee")
        np.testing.assert_array_equal(
            posted, held + sums("fee_released", "payer") + sums("fee_forfeited", "payer")
        )
    assert {"fee_prepaid", "fee_interest", "fee_released", "fee_forfeited"} <= set(instruments)


def test_duties_for_temporary_land_stand_in_the_books_of_who_owes_them() -> None:
    model = world(busy(*FEE, "funding.prepaid_fee.prepaid=0.5")).run(12)
    p, o = model.state.parcels, model.state.obligations
    developers = np.array([model.state.accounts.developers])
    assert o.outstanding("reclamation_duty", developers)[0] == p.cost[p.stage == ParcelStage.IN_USE].sum()
    left = p.stage == ParcelStage.LEFT
    covered = np.floor(p.cost[left] * 0.5).astype(np.int64)
    owed = o.outstanding("abandoned_land", model.state.counties.account)
    assert left.any()
    assert owed.sum() == (p.cost[left] - covered).sum()
    np.testing.assert_allclose(p.bare[left], 0.5 * p.area[left])


def test_a_parcel_is_stripped_in_proportion_and_given_back_in_proportion() -> None:
    """By hand: a tenth of what is left of a patch is stripped, then reclaimed; its taken part is beside the matter."""
    model = world(["development.temporary=1.0"])
    state, form = model.state, model.mechanisms["development"].at(2025)
    h, row = state.habitats, np.flatnonzero(model.habitats.ecosystem == 0)[0]
    with state.opened(form.writes):
        h.taken_share[row], h.structure[row], h.substrate[row], h.ceiling[row] = 0.5, 0.8, 0.9, 1.0
        (parcel,) = form._borrow(state, np.array([row]), np.array([0.05 * h.area[row]]))
    assert h.structure[row] == pytest.approx(0.8 * 0.9)
    assert h.substrate[row] == pytest.approx(0.9 * 0.9 + 0.1 * form.spoil_substrate)
    assert h.ceiling[row] == pytest.approx(0.9 + 0.1 * form.spoil_ceiling)
    state.year += form.temporary_years
    with state.opened(form.writes):
        replace(form, walk_away=0.0).reclaim(state, model.chance)
    assert h.substrate[row] == pytest.approx(0.9 * 0.9 + 0.1 * form.reclaimed_substrate)
    assert h.ceiling[row] == pytest.approx(0.9 + 0.1 * form.reclaimed_ceiling)
    assert h.structure[row] == pytest.approx(0.72 + 0.1 * form.reclaimed_structure * 0.28)
    assert state.parcels.stage[parcel] == ParcelStage.RECLAIMED
    assert state.parcels.bare[parcel] == 0.0


def test_a_project_that_rebuilds_land_left_behind_frees_the_county_of_its_duty() -> None:
    model = world(busy("development.walk_away=0.9")).run(8)
    state, form = model.state, model.mechanisms["development"].at(2033)
    p, h = state.parcels, state.habitats
    (row,) = np.flatnonzero(p.stage == ParcelStage.LEFT)[:1]
    county = state.counties.account[h.county[p.patch[row : row + 1]]]
    before = state.obligations.outstanding("abandoned_land", county)[0]
    site = state.sites.append(
        1, patch=p.patch[[row]], mode=[Mode.RECONSTRUCTION], begun=p.closed[[row]] + 1, accepted=[1]
    )
    with state.opened([*form.writes, "habitats.site"]):
        h.site[p.patch[row]] = site[0]
        form._redeem(state)
    redeemed = p.stage == ParcelStage.RESTORED
    assert redeemed[row]
    assert set(p.patch[redeemed]) == {p.patch[row]}
    assert before - state.obligations.outstanding("abandoned_land", county)[0] == p.cost[redeemed].sum()
    assert p.bare[redeemed].sum() == 0.0


# Shore: accounts, balance, retention.


@lru_cache(maxsize=64)
def retention(words: tuple[str, ...]) -> np.ndarray:
    """Mainland natural-shoreline retention in per cent by replicate (rows) and year (columns)."""
    tables = [coast(replicate, words).run(YEARS).indicators() for replicate in FRESH]
    return np.array([table.query("county == 'all'")["natural_shoreline_pct"].to_numpy() for table in tables])


def test_retention_falls_where_shore_is_free_and_holds_under_balance() -> None:
    """Smallest relevant effect: one per cent of the coast; free loses it, balance is back within it at the end."""
    free, balanced = (retention((f"shoreline={form}", *ASKED)) for form in ("free", "balanced"))
    still = retention(())
    assert (np.diff(still, axis=1) == 0.0).all()
    assert below(free[:, -1], still[:, -1], 1.0)
    assert below(free[:, -1], balanced[:, -1], 1.0)
    assert not below(balanced[:, -1], still[:, -1], 1.0)
    assert balanced[:, 1:6].min() < still.min() - 0.1, "occupied first: there is a dip"


def test_restored_first_there_is_no_dip() -> None:
    first = retention(("shoreline=restore_first", *ASKED))
    assert (first >= first[:, :1] - 1e-9).all()
    built = [
        coast(r, ("shoreline=restore_first", *ASKED)).run(YEARS).state.segments.built.sum() for r in FRESH
    ]
    assert np.mean(built) > 0.5, "and yet something is built"


@pytest.mark.parametrize("form", ACCOUNTS)
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_the_shoreline_account_closes_for_every_coast_and_year(form: str, ratio: float) -> None:
    model = coast(310, (f"shoreline={form}", f"shoreline.ratio={ratio}", *ASKED))
    state = model.state
    h, s, c = state.habitats, state.segments, state.coasts
    length = h.shoreline[s.patch].astype(np.float64)
    whole, first = length.sum(), h.shore[s.patch].copy()
    for _ in range(YEARS):
        model.step()
        now = h.shore[s.patch]
        recognised = np.bincount(s.coast, weights=length * (now == Shore.RECOGNISED), minlength=len(c))
        built = np.bincount(s.coast, weights=s.built, minlength=len(c))
        np.testing.assert_allclose(c.credit + ratio * built, recognised + c.owed, atol=1e-9)
        assert ((c.credit == 0.0) | (c.owed == 0.0)).all()
        claimed = (h.claimed[s.patch] & (1 << Benefit.SHORELINE)) > 0
        np.testing.assert_array_equal(claimed, now == Shore.RECOGNISED)
        natural = np.where(now == Shore.NATURAL, length - s.built, 0.0)
        walled = np.where((now == Shore.ARTIFICIAL) & (s.built == 0.0), length, 0.0)
        assert natural.sum() + s.built.sum() + walled.sum() + length[
            now == Shore.RECOGNISED
        ].sum() == pytest.approx(whole, abs=1e-9)
        assert (s.built <= length + 1e-12).all()
        assert (s.built[first != Shore.NATURAL] == 0.0).all()
        money = np.bincount(c.city, weights=c.money, minlength=len(state.cities))
        assert (state.ledger.balance[state.cities.account] >= money).all()
    assert s.built.sum() > 0.0


def test_when_nobody_asks_any_more_everything_built_on_is_balanced_once() -> None:
    """Ten years of requests, then none: nothing is owed any more, and each kilometre built has its one kilometre."""
    model = coast(311, ("shoreline=balanced", *ASKED))
    form = model.mechanisms["shoreline"].at(2025)
    quiet = Timeline(((-(10**9), form), (2035, replace(form, request=0.0))))
    model.mechanisms["shoreline"] = quiet
    model.run(40)
    state = model.state
    h, s, c = state.habitats, state.segments, state.coasts
    assert s.built.sum() > 0.0
    assert (c.owed == 0.0).all()
    assert (state.obligations.outstanding("shore_balance", state.cities.account) == 0).all()
    restored = h.shoreline[h.shore == Shore.RECOGNISED].sum(dtype=np.float64)
    assert s.built.sum() + c.credit.sum() == pytest.approx(restored, abs=1e-9)


@pytest.mark.parametrize("form", ["free", *ACCOUNTS])
def test_without_requests_the_form_is_its_absence(form: str) -> None:
    """Where counties rebuild no shore of their own either, which an account would recognise."""
    words = ("planning=none",)
    one = world([*words, f"shoreline={form}", "shoreline.request=0.0"]).run(8)
    assert fingerprint(one) == fingerprint(world(words).run(8))


def test_a_fee_of_nothing_and_builders_that_never_ask_are_absent() -> None:
    none = world(BUSY).run(8)
    assert fingerprint(world(busy(*FEE, "funding.prepaid_fee.prepaid=0.0")).run(8)) == fingerprint(none)
    calm = [f"development.request.{zone.text}=0.0" for zone in Zone]
    assert fingerprint(world(calm).run(8)) == fingerprint(world(["development=none"]).run(8))


@pytest.mark.parametrize("form", ["free", *ACCOUNTS])
def test_a_land_without_a_coast_lives(form: str) -> None:
    land = small_world()
    inland = replace(land, patches=land.patches | {"shore": np.zeros(64), "shoreline": np.zeros(64)})
    model = world([f"shoreline={form}", *FEE], inland).run(4)
    assert len(model.state.segments) == 0
    assert model.indicators()["natural_shoreline_pct"].isna().all()
    assert (model.indicators()["shoreline_occupied_km"] == 0.0).all()


@pytest.mark.parametrize("form", ["free", *ACCOUNTS])
def test_permuting_rows_changes_nothing_for_builders_and_shores(form: str) -> None:
    words = [*BUSY, *FEE, "funding.prepaid_fee.prepaid=0.5", f"shoreline={form}", "shoreline.request=0.2"]
    land = small_world(9)
    moved, place = permuted(land)
    plain, other = world(words, land).run(12), world(words, moved).run(12)
    for name in ("taken_share", "shore", "substrate", "claimed"):
        mine, theirs = getattr(plain.habitats, name), getattr(other.habitats, name)[place]
        np.testing.assert_allclose(theirs, mine, rtol=1e-12, atol=1e-13, err_msg=name)
    assert purse(plain) == purse(other)
    here, there = plain.state.segments, other.state.segments
    order = np.argsort(place[here.patch])
    for name in ("coast", "built", "wanted", "asked", "begun"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name)[order], rtol=1e-12, err_msg=name)
    assert plain.state.segments.built.sum() > 0.0


def test_requests_for_shore_are_the_same_under_every_form() -> None:
    asked = []
    for form in ("free", *ACCOUNTS):
        model = coast(312, (f"shoreline={form}", "shoreline.request=0.1"))
        chosen = model.mechanisms["shoreline"].at(2025)
        with model.state.opened(chosen.writes):
            rows = chosen.ask(model.state, model.chance)
        asked.append((rows, model.state.segments.wanted.copy()))
    for rows, wanted in asked[1:]:
        np.testing.assert_array_equal(rows, asked[0][0])
        np.testing.assert_array_equal(wanted, asked[0][1])
    assert asked[0][0].size > 0


def queue_of_three(words: Sequence[str] = ()) -> tuple[RestorationModel, Any, np.ndarray]:
    """A coast of one city where three applicants wait: the first for much, the later ones for little."""
    model = world(["shoreline=restore_first", "shoreline.request=0.0", *words], _coast_of(Shore.NATURAL))
    s = model.state.segments
    rows = np.flatnonzero(s.coast == s.coast[0])[:3]
    with model.state.opened(["segments.wanted", "segments.asked"]):
        s.wanted[rows], s.asked[rows] = (0.8, 0.1, 0.1), (2025, 2026, 2027)
    return model, model.mechanisms["shoreline"].at(2025), rows


def _coast_of(shore: Shore) -> Landscape:
    land = small_world()
    return replace(
        land, patches=land.patches | {"shore": np.where(land.patches["shoreline"] > 0.0, shore, 0)}
    )


def test_nobody_jumps_the_queue_for_restored_shore() -> None:
    for credit, built in ((0.5, []), (0.8, [0]), (0.95, [0, 1]), (1.0, [0, 1, 2])):
        model, form, rows = queue_of_three()
        state = model.state
        with state.opened(form.writes):
            state.coasts.credit[state.segments.coast[0]] = credit
            form.occupy(state, model.chance)
        np.testing.assert_array_equal(np.flatnonzero(state.segments.built[rows] > 0.0), built)


def test_a_city_in_arrears_gets_no_more_shore() -> None:
    model = world(
        ["shoreline=balanced", "shoreline.request=5.0", "shoreline.years=1"], _coast_of(Shore.NATURAL)
    )
    built = []
    for _ in range(4):
        model.step()
        built.append(model.state.segments.built.sum())
    assert built == [0.0] * 4, "without artificial shore there is nothing to balance with"
    model = coast(
        313, ["shoreline=balanced", "shoreline.request=0.1", "shoreline.years=1", "shoreline.delay=8"]
    )
    state = model.state
    model.run(4)
    overdue = state.obligations.due("shore_balance", state.cities.account) > 0
    before = state.segments.built.copy()
    model.run(2)
    here = overdue[state.coasts.city[state.segments.coast]]
    assert overdue.any()
    assert before.sum() > 0.0
    np.testing.assert_array_equal(state.segments.built[here], before[here])


def test_shore_that_a_county_rebuilds_is_recognised_too() -> None:
    model = world(
        ["shoreline=restore_first", "shoreline.request=0.0", "planning=none"], _coast_of(Shore.ARTIFICIAL)
    )
    state, form = model.state, model.mechanisms["shoreline"].at(2025)
    h, s = state.habitats, state.segments
    patch = int(s.patch[0])
    site = state.sites.append(1, patch=[patch], mode=[Mode.RECONSTRUCTION], begun=[2015], accepted=[1])
    with state.opened([*form.writes, "habitats.site", "habitats.composition"]):
        h.site[patch], h.structure[patch], h.composition[patch] = site[0], 0.8, 0.6
        form.restore(state)
    assert h.shore[patch] == Shore.RECOGNISED
    assert state.coasts.credit[s.coast[0]] == pytest.approx(h.shoreline[patch])
    assert (h.shore[s.patch[1:]] == Shore.ARTIFICIAL).all(), "nothing is restored that nobody needs"


def test_cities_see_their_counties_and_their_coasts() -> None:
    model = world(["shoreline=balanced", "shoreline.request=0.2"]).run(3)
    upper, harbour = model.agents_by_type[City]
    assert (upper.code, harbour.code) == ("9901", "9902")
    assert upper.counties.tolist() == [0, 1]
    assert set(model.state.segments.coast) <= set(harbour.coasts)
    assert harbour.budget == model.ledger.balance[harbour.account] / 100


@pytest.mark.parametrize("form", ACCOUNTS)
def test_a_saved_run_continues_with_its_parcels_and_accounts(form: str, tmp_path: Path) -> None:
    words = [*BUSY, *FEE, f"shoreline={form}", "shoreline.request=0.2"]
    straight = world(words).run(10)
    world(words).run(5).save(tmp_path / "half")
    halves = RestorationModel.load(tmp_path / "half").run(5)
    for name, values in columns(straight).items():
        np.testing.assert_array_equal(columns(halves)[name], values, err_msg=name)
    pd.testing.assert_frame_equal(straight.indicators(), halves.indicators(), check_exact=True)
