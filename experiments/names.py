"""What indicators are called when people read of them, in what unit, and which way is the better one.

The unit, the direction and the definition come from the model's own declarations; here stand only a name in English
and the term of Chinese practice for those that figures and briefs speak of most. An indicator without one here is
called by its column, so that a new one needs no entry.
"""

from __future__ import annotations

from model.indicators import ALL_INDICATORS

INDICATORS = {indicator.name: indicator for indicator in ALL_INDICATORS}
DIRECTIONS = {indicator.name: indicator.good for indicator in ALL_INDICATORS}
UNITS = {indicator.name: indicator.unit for indicator in ALL_INDICATORS}

EFFECTIVE, ADDITIONAL = "area_restored_effective_ha", "area_restored_additional_ha"
CLAIMED, UNDEGRADED = "area_restored_claimed_ha", "area_claimed_undegraded_ha"
PUBLIC_TOTAL, PRIVATE_TOTAL = "spend_public_total_yuan", "spend_private_total_yuan"
HOUSEHOLDS, SETTLED = "livelihood_loss_unpaid_total_yuan", "livelihood_settled_total_yuan"

DEVELOPERS, REPAID = "sum(spend_polluters_yuan)", "sum(availability_paid_yuan)"
BUSINESS = f"{PRIVATE_TOTAL} + {DEVELOPERS} - {REPAID}"
TOGETHER = f"{PUBLIC_TOTAL} + {PRIVATE_TOTAL} + {DEVELOPERS} + {HOUSEHOLDS} - {REPAID}"
AT_MOST = f"{TOGETHER} + {SETTLED}"
"""Sums of indicators, in yuan since the start, named by how they are made (:mod:`experiments.payers`)."""

TITLES = {
    EFFECTIVE: ("Effectively restored area", "有效修复面积"),
    ADDITIONAL: ("Additionally restored area", "净增修复面积"),
    CLAIMED: ("Claimed restored area", "验收修复面积"),
    UNDEGRADED: ("Claimed area that was never degraded", "未退化却验收的面积"),
    "condition_mean": ("Condition of ecological land and water", "生态状况"),
    "condition_gain_ha": ("Condition gained by treatment", "修复净增益"),
    "bay_condition_mean": ("Condition of the bays", "海湾生态状况"),
    "eca_ha": ("Equivalent connected area", "等效连通面积"),
    "legacy_mines_ha": ("Legacy mines", "历史遗留废弃矿山"),
    "mining_reclaimed_ha": ("Reclaimed land of mines", "已复垦矿山面积"),
    "mining_backlog_ha": ("Unreclaimed land of working mines", "在采矿山欠账面积"),
    "mining_ordered_ha": ("Land under order to be reclaimed", "责令复垦未完成面积"),
    "natural_shoreline_pct": ("Natural-shoreline retention", "自然岸线保有率"),
    "spartina_ha": ("Area under Spartina", "互花米草面积"),
    "carbon_tC": ("Carbon stock", "碳储量"),
    "gep_yuan": ("Gross ecosystem product", "生态系统生产总值"),
    "violations_n": ("Mines in violation", "违法矿山数"),
    "unfunded_obligations_yuan": ("Unfunded obligations", "无资金保障的义务"),
    PUBLIC_TOTAL: ("Public money spent since the start", "累计公共支出"),
    PRIVATE_TOTAL: ("Private money spent since the start", "累计社会资本支出"),
    HOUSEHOLDS: ("Households' unpaid loss since the start", "农户未获补偿的累计损失"),
    SETTLED: (
        "Income from use ended for good since the start, a loss at most",
        "永久停用的累计收入（损失上限）",
    ),
    TOGETHER: ("What all who pay bear together", "各方合计负担"),
    AT_MOST: ("What all bear together at most", "各方合计负担上限"),
    "degraded_share": ("Degraded share of ecological land", "退化土地占比"),
    "area_claimed_gap_ha": ("Accepted and not effectively restored", "已验收未有效修复面积"),
    "area_given_up_ha": ("Given up after failed acceptance", "验收未通过而放弃的面积"),
    "area_relapsed_ha": ("Relapsed after closing", "修复后再退化面积"),
    "area_given_up_sound_ha": ("Given up though sound", "误判放弃的面积"),
    "livelihood_loss_unpaid_yuan": ("Households' unpaid loss of the year", "农户当年未获补偿的损失"),
    "livelihood_settled_yuan": ("Income of the year from use ended for good", "当年永久停用的收入"),
    "gini_spend": ("Inequality of public money between counties", "县际公共支出基尼系数"),
    "gini_gain": ("Inequality of restored area between counties", "县际修复面积基尼系数"),
}

COUNTED = ("ha", "yuan", "yuan/yr", "tC", "n", "load unit/yr")  # large numbers of these are shortened
SCALES = ((1e9, "billion "), (1e6, "million "), (1e3, "thousand "))
ENOUGH = 2.0  # of the larger unit, before it is used
WORDS = {"n": "number", "1": "share"}


def title(name: str) -> str:
    """An indicator's name as a reader meets it: 'Legacy mines'."""
    if name in TITLES:
        return TITLES[name][0]
    return name.removesuffix(f"_{UNITS.get(name, '').partition('/')[0]}").replace("_", " ").capitalize()


def chinese(name: str) -> str:
    """The term of Chinese practice, or nothing where none is set."""
    return TITLES.get(name, ("", ""))[1]


def scaled(name: str, greatest: float) -> tuple[float, str]:
    """By what to divide values of up to ``greatest``, and the unit that they then have."""
    unit = UNITS[name]
    word = WORDS.get(unit, unit)
    if unit in COUNTED:
        for scale, prefix in SCALES:
            if greatest >= ENOUGH * scale and (unit, prefix) != ("n", "thousand "):
                return scale, prefix + word
    return 1.0, word


def shortened(name: str, letters: int) -> str:
    """A long name (somebody's own scenario) cut to so many letters."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"
