"""What there is to ask, from the folders and the comments of the configs themselves: nothing is listed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from experiments.folders import PACKAGED, PRIMARY, groups, options

VERBS = {
    "run": "one policy, repeated under many futures",
    "compare": "several policies or scenarios in the same futures, the first as baseline",
    "landscape": "write an example of tables of your own, or the real landscape's again",
}

EXAMPLES = {
    "run": [
        "shanshui run policy=natural_first landscape=synthetic landscape.patches=500 years=30",
        "shanshui run planning=none 'recovery.mortality={2024: 0.25, 2040: 0.3}' out=results/warmer",
    ],
    "compare": [
        "shanshui compare 'policies=[business_as_usual,natural_first,xiamen_practice]' years=50",
        "shanshui compare experiment=who_holds_the_fund replicates=10",
    ],
    "landscape": [
        "shanshui landscape example out=my_land format=geojson",
        "shanshui landscape build xiamen cell_km=1 out=xiamen_1km",
    ],
}

OPTIONS = """Options:
  --config-dir DIR   a folder of your own options: experiment/NAME.yaml, policy/NAME.yaml, recovery/NAME.yaml …
  -q, --quiet        no talk; the last line of standard output is the results folder all the same
  -h, --help         this text (shanshui VERB --help: keys and options)"""

WIDTH = 26


def overview() -> str:
    """What `shanshui` alone says."""
    verbs = "\n".join(
        f"  {verb:<10} {what}\n             {EXAMPLES[verb][0]}" for verb, what in VERBS.items()
    )
    return "\n".join(
        [
            "Shanshui (山水): which policies restore degraded landscapes, for whom, at whose cost, and how sure is it?",
            "",
            "Usage: shanshui VERB [key=value …] [--config-dir DIR] [-q]",
            "",
            verbs,
            "",
            "Policies: " + ", ".join(options("policy")),
            "Landscapes: " + ", ".join(options("landscape")),
            "",
            OPTIONS,
            "  --version          version",
        ]
    )


def verb_help(verb: str) -> str:
    """What `shanshui VERB --help` says: every key, every choice, and an example of each kind."""
    head = [f"shanshui {verb} [key=value …]: {VERBS[verb]}", "", "Examples:"]
    head += [f"  {example}" for example in EXAMPLES[verb]]
    if verb == "landscape":
        return "\n".join([*head, "", OPTIONS])
    return "\n".join([*head, "", *_keys(verb), "", *_choices(), "", *_numbers(), "", OPTIONS])


def comments() -> Iterator[tuple[str, str, str, str]]:
    """Indent, key, value and comment of each key of config.yaml, in order; choices begin with '- '."""
    pattern = re.compile(r"^(\s*(?:- )?)([\w/]+):\s*(.*?)(?:\s+#\s(.*))?$")
    for line in (PACKAGED / f"{PRIMARY}.yaml").read_text(encoding="utf-8").splitlines():
        found = pattern.match(line)
        if found:
            yield found[1], found[2], found[3], found[4] or ""


def keys() -> dict[str, tuple[str, str]]:
    """Default and meaning of each top-level key, by its dotted path."""
    found: dict[str, tuple[str, str]] = {}
    above = ""
    for indent, key, value, comment in comments():
        if "-" in indent or key == "defaults":
            continue
        above = above if indent else key
        if value:
            found[f"{above}.{key}" if indent else key] = value, comment
    return found


def _keys(verb: str) -> list[str]:
    lines = ["Keys (key=default):"]
    if verb == "compare":
        lines.append(_line("policies=[A,B]", "policies to compare, the first is the baseline"))
    for key, (default, meaning) in keys().items():
        if key != "schedule":
            lines.append(_line(f"{key}={default}", meaning))
    return lines


def _choices() -> list[str]:
    """Each group with its options, the default first."""
    lines = ["Choices (group=option; by year: 'restoration={2024: engineered_first, 2035: matched}'):"]
    for indent, group, default, meaning in comments():
        if "-" in indent and group in groups():
            others = [option for option in options(group) if option != default]
            lines.append(
                _line(f"{group}={default}", f"{meaning}; or {', '.join(others)}" if others else meaning)
            )
    return lines


def _numbers() -> list[str]:
    return [
        "Numbers: every key of a chosen option's file is a key here, named by its group (recovery.mortality=0.3,",
        "funding.transfer.tilt=2); press Tab, or read docs/configuration.md. A number may be given by year:",
        "  'recovery.mortality={2024: 0.25, 2040: 0.3}' is held from each year on; with 'between: ramped' in the",
        "  braces it moves in a straight line.",
    ]


def _line(key: str, meaning: str) -> str:
    return f"  {key:<{WIDTH}} {meaning}" if len(key) <= WIDTH else f"  {key}\n  {'':<{WIDTH}} {meaning}"
