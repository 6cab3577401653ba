"""How well habitat hangs together: area, links and the best paths between patches, in numbers of published meaning."""

from model.connectivity.equivalent_area import EquivalentArea, eca, eca_by_group, eca_over, iic
from model.connectivity.importance import Importance, importance
from model.connectivity.links import components
from model.connectivity.metapopulation import levins_equilibrium, metapopulation_capacity
from model.connectivity.ways import Ways

__all__ = [
    "EquivalentArea",
    "Importance",
    "Ways",
    "components",
    "eca",
    "eca_by_group",
    "eca_over",
    "iic",
    "importance",
    "levins_equilibrium",
    "metapopulation_capacity",
]
