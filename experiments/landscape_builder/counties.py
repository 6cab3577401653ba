"""The 22 counties: codes, names, published areas, and who drains into whom as the project's evidence has it.

Codes are those in force since 2021. Areas are recalled from yearbooks and serve a comparison only. The river links
are graded row by row (all recalled). Most likely wrong: the links of Liancheng, Anxi and Yongding, most of whose
land drains to the Min, Jin and Ting instead.
"""

from __future__ import annotations

from typing import NamedTuple


class County(NamedTuple):
    """A county; `area_km2` is the published land area, `old_code` the code before 2021 where it changed."""

    code: str
    name: str
    name_zh: str
    area_km2: float
    old_code: str = ""


class RiverEdge(NamedTuple):
    """One county drains into another, or exchanges water with it; a link at sea names the bay that realises it."""

    from_code: str
    to_code: str
    river: str
    evidence: str
    kind: str = "river"
    through_bay: str = ""


COUNTIES: tuple[County, ...] = (
    County("350203", "Siming", "思明区", 84),
    County("350205", "Haicang", "海沧区", 186),
    County("350206", "Huli", "湖里区", 74),
    County("350211", "Jimei", "集美区", 274),
    County("350212", "Tong'an", "同安区", 669),
    County("350213", "Xiang'an", "翔安区", 411),
    County("350524", "Anxi", "安溪县", 3057),
    County("350602", "Xiangcheng", "芗城区", 259),
    County("350603", "Longwen", "龙文区", 119),
    County("350604", "Longhai", "龙海区", 1315, "350681"),
    County("350605", "Changtai", "长泰区", 912, "350625"),
    County("350622", "Yunxiao", "云霄县", 1054),
    County("350623", "Zhangpu", "漳浦县", 1981),
    County("350624", "Zhao'an", "诏安县", 1293),
    County("350626", "Dongshan", "东山县", 248),
    County("350627", "Nanjing", "南靖县", 1962),
    County("350628", "Pinghe", "平和县", 2329),
    County("350629", "Hua'an", "华安县", 1315),
    County("350802", "Xinluo", "新罗区", 2678),
    County("350803", "Yongding", "永定区", 2223),
    County("350825", "Liancheng", "连城县", 2579),
    County("350881", "Zhangping", "漳平市", 2956),
)
CITIES = {"3502": "Xiamen", "3505": "Quanzhou", "3506": "Zhangzhou", "3508": "Longyan"}
# Shores around the study area: their land and water belong to nobody here.
NEIGHBOURS = ("350527", "350582", "350583", "445122", "440523")

# fmt: off
RIVER_EDGES: tuple[RiverEdge, ...] = (
    RiverEdge("350825", "350802", "九龙江北溪源流", "memory-medium"),
    RiverEdge("350802", "350881", "九龙江北溪", "memory-high"),
    RiverEdge("350881", "350629", "九龙江北溪", "memory-high"),
    RiverEdge("350524", "350629", "北溪支流(部分)", "memory-low"),
    RiverEdge("350629", "350602", "九龙江北溪", "memory-high"),
    RiverEdge("350605", "350602", "龙津溪", "memory-high"),
    RiverEdge("350628", "350627", "九龙江西溪", "memory-high"),
    RiverEdge("350803", "350627", "西溪船场溪源区(部分)", "memory-low"),
    RiverEdge("350627", "350602", "九龙江西溪", "memory-high"),
    RiverEdge("350602", "350603", "九龙江干流", "memory-high"),
    RiverEdge("350603", "350604", "九龙江干流", "memory-high"),
    RiverEdge("350604", "350205", "九龙江口-厦门湾", "memory-high", "river", "Jiulong Estuary"),
    RiverEdge("350212", "350213", "东西溪-同安湾", "memory-high", "river", "Tong'an Bay"),
    RiverEdge("350205", "350206", "厦门西海域(bay exchange)", "memory-medium", "bay exchange", "Xiamen West Sea"),
    RiverEdge("350604", "350203", "厦门南部海域(bay exchange)", "memory-medium", "bay exchange", "Xiamen South Sea"),
)
# fmt: on
