"""``python -m experiments.recovery [FOLDER]``: every figure of ``docs/recovery.md`` and its table of numbers, drawn
again. Without a folder they go to ``docs/figures/recovery``."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.figures import interventions, recovery, stable_states
from experiments.figures.style import encoded, foot, look
from experiments.recovery.patterns import table
from experiments.stamp import version
from model.state.code_version import code_version

FOLDER = Path("docs/figures/recovery")
COMMAND = "python -m experiments.recovery"
NUMBERS = "patterns.csv"
FIGURES = (
    stable_states.bifurcation,
    stable_states.nullclines,
    recovery.fates,
    recovery.forest,
    recovery.wetland,
    recovery.waters,
    recovery.carbon,
    interventions.planting,
    interventions.fenced,
    interventions.changting,
    interventions.spartina,
    interventions.fakes,
    interventions.typhoon,
)


def main(folder: Path = FOLDER) -> None:
    """Draw and write everything into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = {"version": version(), "code": code_version()[:12], "command": COMMAND}
    line = f"Shanshui {stamp['version']} · code {stamp['code']} · default parameters · patches made by hand · {COMMAND}"
    for draw in FIGURES:
        name = draw.__name__
        with look():
            figure = draw()
            foot(figure, line)
            (folder / f"{name}.png").write_bytes(encoded(figure, "png", name, stamp))
        print(folder / f"{name}.png")
    numbers = table()
    numbers.to_csv(folder / NUMBERS, index=False)
    print(numbers[["pattern", "model", "low", "high", "unit", "within", "role"]].to_string(index=False))


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:2]))
