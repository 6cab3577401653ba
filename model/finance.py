"""Value of money over time. All flows fall at the end of the year; the first flow of a list falls now (t =
0).

Spreadsheets' NPV() discounts the first flow by one year; :func:`net_present_value` does not.
"""

from __future__ import annotations

import numpy as np

from model.units import Floats, Ints


def annuity_factor(rate: float, years: int) -> float:
    """Value now of 1 a year at the ends of the next ``years`` years; ``years`` itself at rate 0."""
    return float(annuity_factors(np.array([rate]), years)[0])


def annuity_factors(rates: Floats, years: Ints | int) -> Floats:
    """The same for many ``rates`` (n,), each over its own or over one number of ``years``."""
    divisor = np.where(rates == 0.0, 1.0, rates)
    return np.where(rates == 0.0, years, -np.expm1(-years * np.log1p(rates)) / divisor)


def spread_cost(rates: Floats, years: Ints | int) -> Floats:
    """Value now of 1 that is spent in equal parts at the ends of the next ``years`` (n,) years, at ``rates`` (n,)."""
    return annuity_factors(rates, years) / years


def deferred_annuity(rates: Floats, wait: Ints | int, years: int) -> Floats:
    """Value now of 1 a year for ``years`` years after ``wait`` (n,) years without, at ``rates`` (n,)."""
    return annuity_factors(rates, years) * (1.0 + rates) ** -np.asarray(wait, dtype=np.float64)


def net_present_value(rate: float, flows: Floats) -> float:
    """Sum of flows_t (1 + rate)^-t with t = 0 for the first; ``flows`` (T,)."""
    flows = np.asarray(flows, dtype=np.float64)
    return float((flows / (1.0 + rate) ** np.arange(flows.size)).sum())


def loan_payment(rate: float, periods: int, principal: float) -> float:
    """Level payment at the end of each period that repays ``principal``; negative, as money that goes out."""
    return -principal / annuity_factor(rate, periods)
