"""Mining firms: they sell, pay, reclaim or fake, are caught, learn, fail."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

import mesa

from tests.oracle.books import fen
from tests.oracle.dice import key_of, within
from tests.oracle.mine import Mine
from tests.oracle.watchers import VISIBLE

if TYPE_CHECKING:
    from tests.oracle.county import County
    from tests.oracle.model import OracleModel

WAYS = ("do", "fake", "leave")
NO_LAND = 1e-12  # ha: less cannot be a case


class Firm(mesa.Agent):
    """A mining firm with an account and, in its own books, a restoration fund."""

    def __init__(self, model: OracleModel, name: str, county: County) -> None:
        super().__init__(model)
        self.name, self.key, self.county = name, key_of(name), county
        self.account = model.ledger.open(f"firm:{name}")
        self.fund = model.ledger.open(f"fund:{name}")
        self.mines: list[Mine] = []
        self.cost_factor = 1.0
        self.belief_bare = self.belief_fake = 0.0
        self.blacklisted_until = -1
        self.arrears_years = self.bankrupt = self.fund_closed = 0

    def found(self, form: Any, year: int) -> None:
        """Purse by hectare of concession, costs and beliefs by chance."""
        dice, ledger = self.model.dice, self.model.ledger
        held = sum(mine.patch.area for mine in self.mines)
        ledger.pay("opening_cash", "outside:treasury", self.account, fen(held * form.firm_cash))
        ledger.credit[self.account] = fen(held * form.firm_credit)
        self.cost_factor = dice.lognormal("people/cost", year, self.key, 0.0, form.cost_spread)
        lift = 2.0 * dice.uniform("people/belief/bare", year, self.key)
        self.belief_bare = min(form.belief_bare * lift, 1.0)
        lift = 2.0 * dice.uniform("people/belief/fake", year, self.key)
        self.belief_fake = min(form.belief_fake * lift, 1.0)

    def owe_for_open_land(self, form: Any) -> None:
        """At the start, land that is open owes as if it had been opened now."""
        owed = sum(fen((mine.active + mine.bare) * form.duty_per_hectare) for mine in self.mines)
        self.model.obligations.create("reclamation_duty", self.account, owed, form.duty_horizon)

    # --- reclamation: least_cost ---------------------------------------------------------------------------

    def decide(self, form: Any, law: Any, mining: Any) -> None:
        """For each mine the way that is believed to cost least a hectare; ties go to compliance."""
        loss = law.blacklist * self._forgone(mining) / max(self._at_stake(mining), 1e-12)
        for mine in self.mines:
            do = form.cost[mine.mineral] * self.cost_factor
            once = self._one_case(law, mine, mining)
            sanction = law.fine + once + law.order * law.carried_out * do + loss
            fake = form.fake_cost + self._found_out(form) * sanction
            leave = (1.0 - (1.0 - self.belief_bare) ** form.years) * sanction
            costs = {"do": do, "fake": fake, "leave": leave}
            mine.way = min(WAYS, key=lambda way, costs=costs: costs[way])
            mine.price = {"do": do, "fake": form.fake_cost, "leave": 0.0}[mine.way]

    def _forgone(self, mining: Any) -> float:
        """Yuan that a year on the list takes: what could not be opened, at normal prices, after tax and duty."""
        lost = 0.0
        for mine in self.mines:
            free, listed = (mine.workable(mining, 1.0, share) for share in (1.0, 1.0 - mining.suspended))
            margin = mining.margin[mine.mineral] - mining.tax_rate
            profit = mining.sales[mine.mineral] * margin - mining.duty_per_hectare
            lost += (free - listed) * max(profit, 0.0)
        return lost

    def _at_stake(self, mining: Any) -> float:
        """Hectares for which the firm can be listed: what falls due this year, and what violates already."""
        return sum(mine.punishable(mining) for mine in self.mines)

    def _one_case(self, law: Any, mine: Mine, mining: Any) -> float:
        """What one case at a mine would cost, by hectare of all that could be part of it."""
        area = mine.punishable(mining)
        return float(law.fine_per_case / area) if area > NO_LAND else 0.0

    def _found_out(self, form: Any) -> float:
        """Believed chance that a fake is sanctioned in the years in sight, as a fake or once it shows."""
        green, bare = 1.0, 0.0
        for _ in range(form.years):
            green *= 1.0 - self.belief_fake
            bare *= 1.0 - self.belief_bare
            bare += green * form.fade
            green *= 1.0 - form.fade
        return 1.0 - (green + bare)

    def reclaim(self, form: Any) -> None:
        """Orders first, then genuine work, from the fund and then from cash; fakes from what cash is left."""
        ledger = self.model.ledger
        for mine in self.mines:
            mine.fade(form)
        cash = 0 if self.bankrupt else ledger.available(self.account)
        fund = 0 if self.bankrupt or self.fund_closed else ledger.balance[self.fund]
        wanted = {way: sum(mine.due * mine.price for mine in self._going(way)) * 100.0 for way in WAYS}
        own = {mine: form.cost[mine.mineral] * self.cost_factor for mine in self.mines}
        ordered = sum(mine.ordered * own[mine] for mine in self.mines) * 100.0
        obeyed = _part(cash + fund, ordered)
        share = {"leave": 1.0, "do": _part(cash + fund - ordered * obeyed, wanted["do"])}
        spent = ordered * obeyed + wanted["do"] * share["do"]
        share["fake"] = _part(cash - max(spent - fund, 0.0), wanted["fake"])
        done = {
            mine: mine.ordered * obeyed + (mine.due * share["do"] if mine.way == "do" else 0.0)
            for mine in self.mines
        }
        genuine = sum(fen(area * own[mine]) for mine, area in done.items())
        staged = sum(fen(mine.due * share["fake"] * mine.price) for mine in self._going("fake"))
        from_fund = min(genuine, fund)
        ledger.pay("reclamation", self.fund, "outside:contractors", from_fund)
        rest = min(genuine - from_fund, ledger.available(self.account))
        ledger.pay("reclamation", self.account, "outside:contractors", rest)
        paid = min(staged, ledger.available(self.account))
        ledger.pay("fake_greening", self.account, "outside:contractors", paid)
        self._meet_duty(sum(done.values()))
        for mine in self.mines:
            mine.treat(form, mine.way, share[mine.way], obeyed)

    def _going(self, way: str) -> list[Mine]:
        return [mine for mine in self.mines if mine.way == way]

    def _meet_duty(self, done: float) -> None:
        """The duty falls with the part of the open land that is reclaimed in truth."""
        open_land = sum(mine.active + mine.due + mine.ordered + mine.bare + mine.faked for mine in self.mines)
        owed = self.model.obligations.outstanding("reclamation_duty", self.account)
        part = min(done / max(open_land, 1e-12) * (1.0 + 1e-12), 1.0)  # a hair up, or rounding takes a fen
        self.model.obligations.meet("reclamation_duty", self.account, floor(owed * part))

    # --- extraction: concessions; funding: accrued ---------------------------------------------------------

    def extract(self, form: Any, fund: Any, prices: list[float], year: int) -> None:
        """Open land, sell, pay taxes, costs and dividends, owe reclamation, and set aside for it."""
        opened = {mine: mine.open(form, prices[mine.mineral], year) for mine in self.mines}
        sold = taxed = costs = owed = 0
        for mine, area in opened.items():
            normal = area * form.sales[mine.mineral]
            sales = fen(normal * prices[mine.mineral])
            sold += sales
            taxed += self._pay_tax(mine.patch.county, sales, form)
            costs += fen(normal * (1.0 - form.margin[mine.mineral]))
            owed += fen(area * form.duty_per_hectare)
        self._pay_costs(form, sold - taxed, costs)
        self.model.obligations.create("reclamation_duty", self.account, owed, form.duty_horizon)
        for mine, area in opened.items():
            mine.dig(form, area)
        set_aside = min(floor(sold * fund.rate), max(self.model.ledger.balance[self.account], 0))
        self.model.ledger.pay("mine_fund_accrual", self.account, self.fund, set_aside)

    def _pay_tax(self, county: County, sales: int, form: Any) -> int:
        tax = floor(sales * form.tax_rate)
        self.model.ledger.pay("mineral_sales", "outside:mineral_market", self.account, sales)
        self.model.ledger.pay("mining_tax", self.account, county.account, tax)
        county.income += tax
        return tax

    def _pay_costs(self, form: Any, revenue: int, costs: int) -> None:
        """Arrears, then bills as far as money and credit reach, the rest in arrears; then dividends out of profit."""
        if self.bankrupt:
            return
        ledger, owed = self.model.ledger, self.model.obligations
        bills = costs + fen(sum(mine.active for mine in self.mines) * form.overhead)
        for old, bill in ((True, owed.outstanding("arrears", self.account)), (False, bills)):
            paid = min(bill, ledger.available(self.account))
            ledger.pay("mining_costs", self.account, "outside:contractors", paid)
            if old:
                owed.meet("arrears", self.account, paid)
            else:
                owed.create("arrears", self.account, bill - paid)
        dividend = floor(max(revenue - bills, 0) * form.dividend)
        dividend = min(dividend, max(ledger.balance[self.account], 0))
        ledger.pay("dividends", self.account, "outside:households", dividend)

    # --- enforcement: ladder -------------------------------------------------------------------------------

    def be_sanctioned(self, form: Any, year: int) -> None:
        """Dearer debts; fines by case and by hectare, as far as money reaches; land under order; years on the list."""
        self._pay_premium(form, year)
        fines, hit = 0, False
        for mine in self.mines:
            bare = mine.bare if mine.sanctioned_bare else 0.0
            faked = mine.faked if mine.sanctioned_fake else 0.0
            caught = bool(mine.sanctioned_bare or mine.sanctioned_fake)
            hit |= caught
            fines += fen((bare + faked) * form.fine + (form.fine_per_case if caught else 0.0))
            if form.order:
                mine.bare -= bare
                mine.faked -= faked
                drawn = self.model.dice.uniform(
                    "enforcement/order", self.model.settings.start_year, mine.patch.key
                )
                if drawn < form.carried_out:
                    mine.ordered += bare + faked
                else:
                    mine.due += bare + faked
        self.model.obligations.create("fine", self.account, fines)
        self._pay_fines()
        if hit:
            self.blacklisted_until = max(self.blacklisted_until, year + form.blacklist)
        self.fund_closed = int(self.blacklisted_until > year and bool(form.close_fund))

    def _pay_premium(self, form: Any, year: int) -> None:
        """Who is on the list pays more for what it owes to banks."""
        ledger = self.model.ledger
        if self.blacklisted_until >= year and not self.bankrupt:
            dearer = floor(max(-ledger.balance[self.account], 0) * form.credit_premium)
            paid = min(dearer, ledger.available(self.account))
            ledger.pay("credit_premium", self.account, "outside:banks", paid)

    def _pay_fines(self) -> None:
        if self.bankrupt:
            return
        owed = self.model.obligations.outstanding("fine", self.account)
        paid = min(owed, self.model.ledger.available(self.account))
        self._settle_fines(paid)

    def _settle_fines(self, paid: int) -> None:
        self.model.ledger.pay("fine_paid", self.account, "outside:taxpayers", paid)
        self.model.obligations.meet("fine", self.account, paid)

    # --- insolvency: arrears -------------------------------------------------------------------------------

    def count_arrears(self, form: Any) -> bool:
        """Whether the firm goes now: due and unpaid for so many years, with money and credit or the ore gone."""
        owed = self.model.obligations
        due = sum(owed.due(kind, self.account) for kind in ("fine", "reclamation_duty", "arrears"))
        left = self.model.ledger.available(self.account)
        broke = due > 0 and left <= due * form.exhausted
        idle = all(mine.active <= NO_LAND for mine in self.mines)
        abandoning = idle and owed.due("reclamation_duty", self.account) > 0
        ending = (broke or abandoning) and not self.bankrupt
        self.arrears_years = self.arrears_years + 1 if ending else 0
        return self.arrears_years >= max(form.years, 1)

    def fail(self, fund: Any) -> None:
        """The supervised fund first, then fines, suppliers and owners; the duty stays with the county."""
        ledger, owed = self.model.ledger, self.model.obligations
        held = ledger.balance[self.fund]
        saved = floor(held * fund.supervised)
        ledger.pay("mine_fund_forfeited", self.fund, self.county.account, saved)
        ledger.pay("mine_fund_lost", self.fund, "outside:banks", held - saved)
        self.county.income += saved
        duty = owed.outstanding("reclamation_duty", self.account)
        owed.meet("reclamation_duty", self.account, min(saved, duty))
        self.bankrupt, self.arrears_years = 1, 0
        cash = max(ledger.balance[self.account], 0)
        self._settle_fines(min(cash, owed.outstanding("fine", self.account)))
        cash = max(ledger.balance[self.account], 0)
        bills = min(cash, owed.outstanding("arrears", self.account))
        ledger.pay("claims_of_creditors", self.account, "outside:contractors", bills)
        owed.meet("arrears", self.account, bills)
        ledger.pay("dividends", self.account, "outside:households", cash - bills)
        ledger.pay("loan_loss", "outside:banks", self.account, max(-ledger.balance[self.account], 0))
        for kind in ("fine", "arrears"):
            owed.write_off(kind, self.account)
        duty = owed.write_off("reclamation_duty", self.account)
        owed.create("orphaned_duty", self.county.account, duty)
        for mine in self.mines:
            mine.orphan()

    # --- learning: experience ------------------------------------------------------------------------------

    def believe(self, form: Any, home: list[Mine], elsewhere: list[Mine], disclosed: float) -> None:
        """Follow what happened this year to violators that one hears of, or forget."""
        for kind, prior in (("bare", form.prior_bare), ("fake", form.prior_fake)):
            near, far = _cases(home, kind), _cases(elsewhere, kind)
            cases = len(near) + disclosed * len(far)
            share = (sum(near) + disclosed * sum(far)) / cases if cases > 0.0 else 0.0
            belief, sure = getattr(self, f"belief_{kind}"), min(cases, 1.0)
            learnt = sure * form.weight * (share - belief)
            faded = (1.0 - sure) * form.fade * (prior - belief)
            setattr(self, f"belief_{kind}", within(belief + learnt + faded, 0.0, 1.0))


def _cases(mines: list[Mine], kind: str) -> list[int]:
    """For every mine that violates in this way, or did when it was seen: whether a sanction followed."""
    left = {"bare": "bare", "fake": "faked"}[kind]
    violating = [m for m in mines if getattr(m, f"seen_{kind}") or getattr(m, left) > VISIBLE]
    return [getattr(m, f"sanctioned_{kind}") for m in violating]


def _part(means: float, wanted: float) -> float:
    """The part of a bill that means cover, a hair less than they reach."""
    return min(means * (1.0 - 1e-9) / wanted, 1.0) if wanted > 0.0 else 1.0
