"""What works do, and what they do not: care that was paid lasts, works that fail bring nothing, restored land frees the
public of its duty, storms do not break water, and no value is brought back to its bounds in silence."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.recovery.patches import land, live, restore, start
from model.restoration_model import RestorationModel
from model.vocabulary import Ecosystem, Mode, Stage
from tests.small_worlds import small_world
from tests.worlds import world

PRESSED = {"structure": 0.3, "composition": 0.2, "pressure": 0.5, "pressure_potential": 0.5}
ROOMS = ("works=four_modes", "projects=gated", "monitoring=plots")
SURE = (*ROOMS, "works.failure=0.0", "works.breach=0.0")
DECADES = 60


def _pressure_after(years_of_care: int, paid: bool = True) -> float:
    """Pressure that comes back in the end to a hill in a project with so many years of aftercare."""

    def begin(model: RestorationModel) -> None:
        restore(model, [0], Mode.NATURAL_RECOVERY)
        if not paid:
            with model.state.opened(["projects.upkeep"]):
                model.state.projects.upkeep[:] = 1  # fen; the county has none

    words = [*SURE, f"projects.aftercare={years_of_care}"]
    return float(live(land([PRESSED]), DECADES, words, {1: begin}, ("pressure",))["pressure"][-1, 0])


def test_relief_lasts_by_the_years_of_care_that_were_paid() -> None:
    lasting = 0.6
    settled = {years: 0.5 * (1.0 - lasting * min(years / 5, 1.0)) for years in (0, 2, 5, 9)}
    back = {years: _pressure_after(years) for years in settled}
    assert back == pytest.approx(settled, rel=1e-3)


def test_care_that_nobody_paid_settles_nothing() -> None:
    assert _pressure_after(5, paid=False) == pytest.approx(0.5, rel=1e-3)


def test_failed_works_bring_no_plants_no_ground_and_clear_no_invader() -> None:
    spoil = {"structure": 0.0, "composition": 0.0, "substrate": 0.1, "ceiling": 0.1, "invader": 0.0}
    flat = {"ecosystem": Ecosystem.TIDAL_FLAT, "invader": 0.3, "structure": 0.2, "composition": 0.1}

    def lived(failure: float) -> dict[str, np.ndarray]:
        model = start(land([spoil, flat]), [*ROOMS, f"works.failure={failure}"])
        restore(model, [0, 1], Mode.RECONSTRUCTION)
        model.run(3)
        h = model.habitats
        return {
            name: getattr(h, name).copy() for name in ("substrate", "ceiling", "invader", "planted_share")
        }

    untouched, worked = lived(1.0), lived(0.0)
    assert untouched["planted_share"].tolist() == [0.0, 0.0]
    assert untouched["substrate"][0] < 0.11
    assert untouched["ceiling"][0] == 0.1
    assert untouched["invader"][1] == 0.3
    assert worked["substrate"][0] > 0.75
    assert worked["invader"][1] < 0.01


def test_planting_and_the_death_of_what_was_planted_leave_what_stood_before() -> None:
    """Plants go into gaps; when all of them die, not a leaf of what stood between them is missing."""
    half = {"structure": 0.5, "composition": 0.4, "substrate": 0.9}
    words = [*SURE, "recovery=none", "works.death_first_year=0.3", "works.death_with_care=1.0"]
    lives = live(
        land([half]), 1, words, {1: lambda model: restore(model, [0], Mode.ASSISTED)}, ("planted_share",)
    )
    planted, left = 0.15 * 0.5, 1.0 - 0.3
    assert lives["planted_share"][1, 0] == pytest.approx(0.5 * left)
    assert lives["structure"][1, 0] == pytest.approx(0.5 + planted * left)


def test_a_typhoon_breaks_woods_and_no_water() -> None:
    words = [
        "disturbance.typhoon_probability=1.0", "disturbance.typhoon_elevation=200.0",
        *(f"disturbance.fire_probability.{each.text}=0.0" for each in (Ecosystem.FOREST, Ecosystem.GRASSLAND)),
    ]  # fmt: skip
    model = world(words, small_world(9, firms=0, counties=1))
    h = model.habitats
    before = h.structure.copy()
    strike = model.in_force(model.year).disturbance.strike
    model.let(strike, model.state, model.chance)
    struck = h.structure < before
    assert not struck[h.waters].any()
    assert struck[h.is_ecosystem(Ecosystem.FOREST, Ecosystem.MANGROVE)].mean() > 0.95


def test_restored_orphaned_land_takes_its_part_of_the_duty_with_it() -> None:
    """Three orphaned mines; one is accepted on sound ground, one on spoil, one not at all: a third is met, no more."""
    model = world((), small_world(9, firms=1, counties=1))
    state = model.state
    m, debtor = state.mines, state.counties.account
    form = model.in_force(model.year).insolvency
    with state.opened(form.writes):
        m.orphaned[:], m.faked[:], m.bare[:] = 1, 0.0, 2.0
    state.obligations.create("orphaned_duty", debtor, np.array([300_000]))
    rows = m.patch[:2].astype(np.int64)
    sites = state.sites.append(2, patch=rows, project=[0, 0], accepted=[1, 1], mode=[4, 4])
    with state.opened(["habitats.site", "habitats.substrate"]):
        model.habitats.site[rows] = sites
        model.habitats.substrate[rows] = [0.8, 0.1]
    model.let(form.redeem, state)
    part = 1.0 / len(m)
    assert state.obligations.outstanding("orphaned_duty", debtor)[0] == pytest.approx(
        300_000 * (1.0 - part), abs=1
    )
    assert (m.bare == 0.0).sum() == 1
    assert m.reclaimed.sum() == 2.0
    with state.opened(["habitats.substrate"]):
        model.habitats.substrate[rows] = 0.8
        m.orphaned.setflags(write=True)
    model.let(form.redeem, state)
    model.let(form.redeem, state)
    assert state.obligations.outstanding("orphaned_duty", debtor)[0] == pytest.approx(
        300_000 * (1.0 - 2.0 * part), abs=2
    )


def test_values_brought_back_to_their_bounds_are_counted_and_reported() -> None:
    calm, wild = (world([f"recovery.build_rate={rate}"]).run(3).indicators() for rate in (0.18, 9.0))
    assert (calm["clipped_n"] == 0).all()
    last = wild[wild["year"] == wild["year"].max()].set_index("county")["clipped_n"]
    assert last["all"] > 0
    assert last["all"] == last[[code for code in last.index if len(code) == 6]].sum()


def test_a_failed_attempt_is_drawn_anew_when_the_project_is_sent_back() -> None:
    """Keyed by year: over many sites the second attempt succeeds as often as the first."""
    model = start(land([PRESSED] * 200), [*ROOMS, "works.failure=0.3"])
    restore(model, range(200), Mode.ASSISTED)
    model.step()
    first = model.state.sites.failed == 1
    with model.state.projects.opened(["since", "stage"]):
        model.state.projects.since[:], model.state.projects.stage[:] = model.year + 1, Stage.UNDER_WAY
    model.step()
    second = model.state.sites.failed == 1
    assert 0.2 < first.mean() < 0.4
    assert 0.1 < second[first].mean() < 0.5


def test_fences_that_are_broken_relieve_nothing_and_settle_nothing() -> None:
    def pressure(breach: float) -> float:
        def begin(model: RestorationModel) -> None:
            restore(model, [0], Mode.NATURAL_RECOVERY)

        words = [*ROOMS, "works.failure=0.0", f"works.breach={breach}", "projects.aftercare=5"]
        lives = live(land([PRESSED]), 12, words, {1: begin}, ("pressure",))["pressure"][:, 0]
        return float(lives.min())

    assert pressure(1.0) == 0.5
    assert pressure(0.0) < 0.11


def test_fencing_sound_land_restores_nothing() -> None:
    """A forest that stands and one that was cleared, both fenced for a generation: one of them counts."""
    sound = {"structure": 0.85, "composition": 0.7, "pressure": 0.1, "pressure_potential": 0.1}
    cleared = {"structure": 0.3, "composition": 0.2, "pressure": 0.1, "pressure_potential": 0.1}
    words = [*SURE, "evaluation=reference_path"]
    model = start(land([sound, cleared], {(0, 1): 2000.0}), words)
    restore(model, [0, 1], Mode.NATURAL_RECOVERY)
    model.run(25)
    assert model.state.sites.effective.tolist() == [0, 1]


def test_surveys_are_paid_from_the_same_money_as_works() -> None:
    """Twice the spending on plots takes that much more from counties, and none of it vanishes."""
    bills = {}
    for spend in (2.0, 4.0):
        model = world([f"monitoring.spend={spend}"]).run(3)
        flows = model.ledger.flows().query("instrument == 'monitoring'")
        bills[spend] = flows.groupby("year")["amount_fen"].sum()
        assert flows["payer"].str.startswith("county:").all()
        asked = np.rint(100.0 * spend * model.state.counties.area).astype(np.int64).sum()
        assert bills[spend].tolist() == [asked] * 3
        table = model.indicators().query("county == 'all' and year > year.min()")
        np.testing.assert_allclose(100.0 * table["spend_surveys_yuan"], asked, rtol=1e-12)
    assert (bills[4.0] > 1.9 * bills[2.0]).all()
