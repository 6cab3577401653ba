"""Bays of the coast from Xiang'an to Zhao'an, outlined by hand around common knowledge (recalled).

Most likely wrong: where one water ends and the next begins; no chart was at hand.
"""

from __future__ import annotations

from typing import NamedTuple


class Outline(NamedTuple):
    """A bay as a ring of longitude and latitude; the first outline that holds a point of the sea has it."""

    name: str
    name_zh: str
    ring: tuple[tuple[float, float], ...]


# fmt: off
BAYS: tuple[Outline, ...] = (
    Outline("Jiulong Estuary", "九龙江口", (
        (117.7, 24.32), (117.96, 24.32), (118.05, 24.395), (118.05, 24.44), (118.02, 24.46), (117.95, 24.5),
        (117.7, 24.53))),
    Outline("Xiamen West Sea", "厦门西海域", (
        (117.93, 24.51), (118.02, 24.46), (118.05, 24.44), (118.062, 24.452), (118.12, 24.5), (118.098, 24.56),
        (118.1, 24.58), (118.09, 24.66), (117.95, 24.6))),
    Outline("Tong'an Bay", "同安湾", (
        (118.1, 24.58), (118.098, 24.56), (118.13, 24.52), (118.205, 24.53), (118.24, 24.56), (118.24, 24.72),
        (118.12, 24.72))),
    Outline("Dadeng Waters", "大嶝海域", (
        (118.26, 24.5), (118.45, 24.5), (118.45, 24.7), (118.24, 24.65), (118.24, 24.56))),
    Outline("Xiamen East Sea", "厦门东部海域", (
        (118.13, 24.52), (118.12, 24.45), (118.18, 24.43), (118.3, 24.45), (118.26, 24.5), (118.24, 24.56),
        (118.205, 24.53))),
    Outline("Xiamen South Sea", "厦门南部海域", (
        (118.05, 24.395), (118, 24.3), (118.2, 24.28), (118.3, 24.45), (118.18, 24.43), (118.12, 24.46),
        (118.062, 24.452), (118.05, 24.44))),
    Outline("Fotan Bay", "佛昙湾", (
        (117.9, 24.12), (118.02, 24.14), (118.02, 24.22), (117.9, 24.25))),
    Outline("Jiuzhen Bay", "旧镇湾", (
        (117.66, 23.92), (117.76, 23.94), (117.8, 24.03), (117.8, 24.1), (117.66, 24.1))),
    Outline("Dongshan Bay", "东山湾", (
        (117.32, 23.765), (117.42, 23.755), (117.56, 23.7), (117.6, 23.74), (117.6, 23.98), (117.32, 23.98))),
    Outline("Zhao'an Bay", "诏安湾", (
        (117.24, 23.56), (117.33, 23.56), (117.42, 23.7), (117.42, 23.755), (117.32, 23.765), (117.24, 23.8))),
    Outline("Gongkou Harbour", "宫口港", (
        (117.12, 23.56), (117.24, 23.56), (117.24, 23.8), (117.12, 23.8))),
    Outline("Open Coast of Dongshan", "东山外海", (
        (117.24, 23.4), (117.75, 23.4), (117.62, 23.74), (117.56, 23.7), (117.42, 23.7), (117.33, 23.56),
        (117.24, 23.56))),
    Outline("Open Coast of Zhangpu", "漳浦外海", (
        (117.56, 23.7), (117.75, 23.6), (118.3, 24), (118.3, 24.28), (118, 24.3), (117.6, 24))),
)
# fmt: on
