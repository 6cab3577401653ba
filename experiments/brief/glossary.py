"""Words of the brief that a reader may not know, in plain ones."""

from __future__ import annotations

GLOSSARY: dict[str, str] = {
    "Effective 有效": (
        "Restored in truth: degraded when works began, now on the way to the original ecosystem, on sound ground, "
        "and held for years after care ended."
    ),
    "Additional 净增": (
        "The part of it that would not have come by itself: the same land, left alone in the same future, is not on "
        "that way."
    ),
    "Claimed 验收": (
        "Accepted on what inspectors observed; it need not be so, and some of it may never have been degraded."
    ),
    "Reference path 参照轨迹": (
        "What the original ecosystem looks like at each age while it grows back undisturbed."
    ),
    "Condition 生态状况": (
        "From nothing left to as the original ecosystem was: its structure and its species."
    ),
    "Future 情景重复": (
        "One possible course of prices, weather, fires and requests for land; each policy is tried in the same."
    ),
    "95 % interval 置信区间": (
        "How far the mean of these few futures may lie from the mean of all that the model could make. It says "
        "nothing about whether the model is right."
    ),
    "Best when redrawn 重抽样": (
        "Futures are drawn again from those simulated, some twice and some never (bootstrap): the share of such draws "
        "in which the policy has the best mean."
    ),
    "Interval of a price": (
        "Takes in that both the money and the hectares are unsure (Fieller's method); none where the hectares may be "
        "none."
    ),
    "Smallest effect that matters 最小相关效应": (
        "Stated before the runs; a smaller difference is called neither better nor worse."
    ),
    "Gini 基尼系数": (
        "How unequally something is spread: nothing where all have the same, one where one has all."
    ),
}
