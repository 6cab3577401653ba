"""Rivers that no installed package maps, and the heights of valley floors along those that one does.

Courses are a few waypoints each, near towns whose places are common knowledge: graded *recalled*, good to a few
kilometres, so they fix which valley drains where and not where a bank runs. Most likely wrong: the heads of
streams on the divides of Anxi, Yongding, Liancheng and Pinghe, which decide how much of those counties belongs to
the Jiulong.
"""

from __future__ import annotations

from typing import NamedTuple

Place = tuple[float, float, float]  # longitude, latitude (degrees), height of the valley floor (m)


class Course(NamedTuple):
    """A river by its waypoints from the spring down."""

    river: str
    basin: str
    points: tuple[Place, ...]


class Floor(NamedTuple):
    """A point near a mapped river, which carries no heights: floor (m), and the basin of the river."""

    lon: float
    lat: float
    height: float
    basin: str


NORTH, WEST, TRUNK = "Jiulong North", "Jiulong West", "Jiulong trunk and South"
TONGAN, HOU, NINE, CHIHU = "Dongxi-Xixi", "Hou Stream", "Nine Streams", "Chihu Stream"
LU, ZHANG, DONG = "Lu Stream", "Zhang River", "Dong River of Zhao'an"
JIN, TING, MIN = "Jin River", "Ting River", "Min River"  # these leave the study area
DIRECT, ELSEWHERE = "Coastal direct", "Across the border"  # water that meets no known river
NEAR_A_LINE = 0.08  # degrees between a mapped river and a point that gives its floor

# fmt: off
COURSES: tuple[Course, ...] = (
    Course("Wan'an", NORTH, ((116.93, 25.6, 800), (116.99, 25.47, 480), (117.03, 25.36, 360), (117.1, 25.25, 295))),
    Course("Longjuan", NORTH, ((117.86, 24.99, 600), (117.77, 24.98, 330),
        (117.67, 24.93, 200), (117.55, 24.89, 70))),
    Course("Longjuan, north branch", NORTH, ((117.80, 25.08, 600), (117.74, 25.03, 420), (117.70, 24.95, 260))),
    Course("Longjin", NORTH, ((117.93, 24.83, 420), (117.87, 24.77, 110), (117.78, 24.72, 40),
        (117.755, 24.63, 12), (117.69, 24.6, 7))),
    Course("Banli", NORTH, ((117.65, 24.79, 300), (117.7, 24.75, 110), (117.77, 24.71, 38))),
    Course("Chuanchang", WEST, ((116.99, 24.74, 550), (117.06, 24.63, 380),
        (117.21, 24.6, 120), (117.365, 24.515, 24))),
    Course("Yongfeng", WEST, ((117.1, 24.9, 500), (117.26, 24.86, 220), (117.44, 24.68, 60), (117.49, 24.55, 16))),
    Course("Huashan", WEST, ((117.27, 24.22, 500), (117.3, 24.3, 90), (117.31, 24.365, 42),
        (117.36, 24.45, 30), (117.375, 24.51, 24))),
    Course("Nansheng", WEST, ((117.46, 24.2, 300), (117.42, 24.27, 110), (117.35, 24.42, 34))),
    Course("Chengxi", WEST, ((117.53, 24.36, 200), (117.57, 24.41, 50), (117.62, 24.505, 8))),
    Course("West Stream", WEST, ((117.365, 24.515, 24), (117.49, 24.548, 15), (117.56, 24.545, 10),
        (117.65, 24.505, 6), (117.765, 24.5, 3))),
    Course("South Stream", TRUNK, ((117.52, 24.29, 350), (117.63, 24.24, 60), (117.72, 24.26, 30),
        (117.82, 24.34, 8), (117.9, 24.37, 0))),
    Course("Mayang", TRUNK, ((117.94, 24.73, 450), (117.86, 24.64, 60), (117.8, 24.56, 10), (117.8, 24.49, 0))),
    Course("Trunk", TRUNK, ((117.765, 24.5, 3), (117.79, 24.48, 2), (117.82, 24.46, 0))),
    Course("West Stream of Tong'an", TONGAN, ((118.03, 24.84, 400), (118.05, 24.76, 50),
        (118.15, 24.73, 8), (118.17, 24.68, 0))),
    Course("Ting Stream of Tong'an", TONGAN, ((118.13, 24.86, 450), (118.14, 24.79, 60), (118.14, 24.73, 9))),
    Course("East Stream of Tong'an", TONGAN, ((118.24, 24.85, 350), (118.22, 24.78, 60), (118.165, 24.72, 6))),
    Course("Hou", HOU, ((117.98, 24.72, 300), (118.03, 24.65, 12), (118.05, 24.6, 0))),
    Course("Nine Streams", NINE, ((118.27, 24.77, 250), (118.26, 24.69, 25), (118.25, 24.58, 0))),
    Course("Chihu", CHIHU, ((117.73, 24.2, 250), (117.82, 24.12, 12), (117.9, 24.06, 0))),
    Course("Lu", LU, ((117.49, 24.17, 300), (117.61, 24.12, 15), (117.72, 24.03, 0))),
    Course("Zhang", ZHANG, ((117.24, 24.16, 600), (117.26, 24.05, 90), (117.32, 24.01, 15),
        (117.34, 23.955, 2), (117.4, 23.93, 0))),
    Course("East Stream of Zhao'an", DONG, ((116.99, 24.09, 450), (117.06, 24, 110), (117.13, 23.9, 45),
        (117.175, 23.72, 4), (117.2, 23.65, 0))),
    Course("Daxi", DONG, ((117.22, 24.15, 450), (117.15, 24.06, 180), (117.11, 23.95, 60))),
    Course("Xi of Anxi", JIN, ((117.7, 25.24, 600), (117.85, 25.26, 300), (118.04, 25.22, 110),
        (118.19, 25.06, 45), (118.385, 24.96, 25), (118.58, 24.9, 0))),
    Course("Lan of Anxi", JIN, ((117.9, 24.97, 450), (118, 24.98, 150), (118.1, 24.96, 80), (118.18, 25.05, 46))),
    Course("Yongding", TING, ((116.87, 24.9, 450), (116.82, 24.85, 320), (116.73, 24.72, 190), (116.64, 24.62, 110))),
    Course("Jinfeng", TING, ((116.95, 24.68, 450), (116.86, 24.56, 250), (116.7, 24.44, 90), (116.58, 24.4, 60))),
    Course("Jiufeng", TING, ((117.06, 24.3, 420), (116.98, 24.265, 260), (116.85, 24.27, 120), (116.6, 24.3, 55))),
    Course("Lu of Pinghe", TING, ((117.05, 24.44, 600), (116.98, 24.48, 420),
        (116.85, 24.45, 150), (116.7, 24.44, 90))),
    Course("Pengkou", TING, ((116.84, 25.58, 600), (116.66, 25.52, 320), (116.6, 25.36, 230), (116.42, 25.18, 170))),
    Course("Wenchuan", MIN, ((116.76, 25.6, 480), (116.755, 25.71, 360), (116.85, 25.88, 260), (117.02, 25.98, 190))),
)
MAPPED_FLOORS: tuple[Floor, ...] = (
    Floor(116.83, 25.09, 480, NORTH), Floor(117.02, 25.11, 335, NORTH), Floor(117.15, 25.28, 280, NORTH),
    Floor(117.34, 25.34, 200, NORTH), Floor(117.42, 25.29, 170, NORTH), Floor(117.5, 25.7, 480, NORTH),
    Floor(117.47, 25.5, 300, NORTH), Floor(117.52, 25, 95, NORTH), Floor(117.59, 24.75, 30, NORTH),
    Floor(117.7, 24.58, 6, NORTH), Floor(117.78, 24.47, 2, NORTH), Floor(116.32, 25.8, 300, TING),
    Floor(116.42, 25.1, 170, TING), Floor(116.6, 24.55, 100, TING), Floor(116.55, 24.4, 55, TING),
    Floor(116.5, 24, 30, TING), Floor(117.02, 25.99, 190, MIN), Floor(117.35, 25.97, 160, MIN),
    Floor(118.07, 25.56, 700, MIN), Floor(118.3, 25.48, 250, MIN), Floor(118.6, 25.8, 150, MIN),
)
# fmt: on
