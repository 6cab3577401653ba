"""Which folders become packages; everything else about the project stands in pyproject.toml.

The top-level `configs/` is installed as `experiments.configs`, because a package of the bare name
`configs` would collide with others on a user's machine.
"""

from setuptools import find_packages, setup

FOUND = find_packages(include=["model", "model.*", "experiments", "experiments.*"])

setup(
    packages=[*FOUND, "experiments.configs"],
    package_dir={"experiments.configs": "configs"},
)
