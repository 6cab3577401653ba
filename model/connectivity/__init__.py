"""How well habitat hangs together: area, links and the best paths between patches, in numbers of published meaning."""

from model.connectivity.equivalent_area import EquivalentArea, eca, eca_by_group, iic
from model.connectivity.importance import Importance, importance
from model.connectivity.links import components
from model.connectivity.metapopulation import levins_equilibrium, metapopulation_capacity

__all__ = [
    "EquivalentArea",
    "Importance",
    "components",
    "eca",
    "eca_by_group",
    "iic",
    "importance",
    "levins_equilibrium",
    "metapopulation_capacity",
]
