"""The brief says what the tables hold, number by number; it opens anywhere, asks for nothing and runs nothing."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from experiments import cli
from experiments.brief.content import Content
from experiments.brief.cost import fieller
from experiments.brief.levers import levers, switched_off
from experiments.brief.page import BREAKS, _comment, brief_html
from experiments.names import (
    ADDITIONAL,
    AT_MOST,
    BUSINESS,
    EFFECTIVE,
    HOUSEHOLDS,
    PRIVATE_TOTAL,
    PUBLIC_TOTAL,
    SETTLED,
    TOGETHER,
)
from experiments.parts import Damaged
from experiments.payers import with_sums
from experiments.results import Results
from experiments.traced import digits, plain

HOSTILE = (
    "<script>alert('x')</script> & \"quoted\"",
    "=cmd|' /C calc'!A0 costs $1 or $2",
    "真实 <img src=http://outside.example/y.png> {{1234*1234}} \\alpha_1",
)
HEADLINE = "condition_mean"
ROOT = Path(__file__).resolve().parents[1]
SMALL = ["landscape=synthetic", "landscape.patches=80", "years=6", "workers=1", f"headline={HEADLINE}"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished results of three scenarios with names that somebody made up to do harm."""
    place = tmp_path_factory.mktemp("brief")
    policies = ("business_as_usual", "natural_first", "xiamen_practice")
    scenarios = {name: [f"policy={policy}"] for name, policy in zip(HOSTILE, policies, strict=True)}
    (place / "configs/experiment").mkdir(parents=True)
    written = "# @package _global_\n" + yaml.safe_dump(
        {"scenarios": scenarios}, allow_unicode=True, width=1000
    )
    (place / "configs/experiment/hostile.yaml").write_text(written, encoding="utf-8")
    out = place / "out"
    words = ["experiment=hostile", "replicates=4", "keep=[flows,maps]", *SMALL, f"out={out}"]
    assert cli.main(["compare", *words, "--config-dir", str(place / "configs"), "-q"]) == 0
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return read(folder)


# --- the page, read without the code that made it -----------------------------------------------------


@dataclass
class Page(HTMLParser):
    """Tags, texts and numbers of a page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    numbers: list[dict[str, str]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "wbr"):
            self.inside.append(tag)
        if tag == "section":
            self.inside[-1] = f"section#{dict(attrs)['id']}"
        if tag == "data":
            self.numbers.append({**dict(attrs), "text": "", "where": " ".join(self.inside)})

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "img", "wbr"):
            assert self.inside.pop().partition("#")[0] == tag, "tags are not well nested"

    def handle_data(self, data: str) -> None:
        self.words.append((" ".join(self.inside), data))
        if self.inside and self.inside[-1] == "data":
            self.numbers[-1]["text"] += data

    @property
    def text(self) -> str:
        return "".join(data for where, data in self.words if "style" not in where)


def read(folder: Path) -> Page:
    page = Page()
    page.feed((folder / "brief.html").read_text(encoding="utf-8"))
    assert page.inside == []
    return page


# --- every number comes from the tables ---------------------------------------------------------------


def t_interval(values: np.ndarray) -> tuple[float, float]:
    """Student's interval of the mean, from SciPy's own words."""
    if np.ptp(values) == 0.0:
        return values[0], values[0]
    return stats.t.interval(0.95, len(values) - 1, loc=values.mean(), scale=stats.sem(values))


def one(rows: pd.DataFrame, keys: dict[str, Any], column: str) -> np.ndarray:
    """An indicator by replicate, in the rows that the keys choose."""
    chosen = rows.loc[(rows[list(keys)] == pd.Series(keys)).all(axis=1)]
    return chosen.sort_values("replicate")[column].to_numpy(float)


def added_up(rows: pd.DataFrame, keys: dict[str, Any], column: str) -> np.ndarray:
    """A column, or columns with their signs: ``a + sum(b) - c``, where ``sum`` takes every year up to that one."""
    total: Any = 0.0
    for sign, summed, name in re.findall(r"([+-]?) ?(sum\()?(\w+)", column):
        values = one(rows, keys, name)
        if summed:
            place = {key: value for key, value in keys.items() if key != "year"}
            held = rows.loc[
                (rows[list(place)] == pd.Series(place)).all(axis=1) & (rows["year"] <= keys["year"])
            ]
            values = held.groupby("replicate")[name].sum().sort_index().to_numpy(float)
        total = total + (-values if sign == "-" else values)
    return np.asarray(total)


def sample(tables: dict[str, pd.DataFrame], number: dict[str, str]) -> np.ndarray:
    """The values over replicates that a number summarises; two rows of them for a ratio."""
    keys = json.loads(number["data-rows"])
    minus = keys.pop("minus", None)
    if number["data-table"] == "flows.parquet":
        flows = tables["flows"]
        for side in ("payer", "payee"):
            kind = flows[side].str.replace("outside:", "").str.split(":").str[0]
            flows = flows[kind == keys[side]]
        flows = flows[(flows["scenario"] == keys["scenario"]) & (flows["instrument"] == keys["instrument"])]
        done = tables["indicators"]["replicate"].unique()
        return (
            flows.groupby("replicate")["amount_fen"].sum().reindex(sorted(done), fill_value=0).to_numpy()
            / 100
        )
    columns = number["data-column"].split(" / ")
    found = []
    for column in columns:
        values = added_up(tables["indicators"], keys, column)
        if minus is not None:
            values = values - added_up(tables["indicators"], {**keys, "scenario": minus}, column)
        found.append(values)
    return np.array(found) if len(columns) > 1 else found[0]


def recomputed(tables: dict[str, pd.DataFrame], manifest: dict[str, Any], number: dict[str, str]) -> float:
    """The number again, from its table by its own key: no code of the page's is used."""
    how, keys = number["data-how"], json.loads(number["data-rows"])
    if number["data-table"] == "config.yaml":
        flat = [set(leaves(config)) for config in manifest["config"].values()]
        return len(set.union(*flat) - set.intersection(*flat))
    if number["data-table"] == "comparison.csv":
        rows = tables["comparison"]
        held = rows.loc[(rows[list(keys)] == pd.Series(keys)).all(axis=1), "relevant"]
        assert held.nunique() == 1, "one smallest effect for all policies"
        assert float(held.iloc[0]) == pytest.approx(smallest(tables, manifest, keys["indicator"]), rel=1e-9)
        return float(held.iloc[0])
    if number["data-column"] == "relevance":
        return float(manifest["relevance"])
    if number["data-table"] == "manifest.json":
        return manifest["grades"][number["data-column"].removeprefix("grades.")]
    if how == "count":
        return count(tables, manifest, number)
    values = sample(tables, number)
    if how.startswith("ratio"):
        return dict(zip(("ratio", "ratio low", "ratio high"), fieller_by_scan(*values), strict=True))[how]
    if how in ("best", "best resampled"):
        return best(tables, keys, number["data-column"], resampled=how != "best")
    values = values[..., np.isfinite(values).all(axis=0) if values.ndim > 1 else np.isfinite(values)]
    if how == "n":
        return values.shape[-1]  # of a price: futures in which both of its parts are known
    low, high = t_interval(values)
    known = {"mean": values.mean(), "low": low, "high": high, "harmed": (values < 0).mean()}
    if how == "harmed" and number["data-column"] in LESS_IS_BETTER:
        return float((values > 0).mean())
    return float(known[how])


LESS_IS_BETTER = re.findall(
    r"^\| `(\w+)` \| [^|]+ \| less is better",
    (ROOT / "docs/indicators.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


SIZES: dict[str, tuple[float, float, str | None]] = {
    "condition_mean": (0.1, 0.05, None),
    "bay_condition_mean": (0.1, 0.05, None),
    "eca_ha": (0.1, 0.0, None),
    "area_restored_effective_ha": (1.0, 0.01, "ecological_area_ha"),
    "area_restored_additional_ha": (1.0, 0.01, "ecological_area_ha"),
    "legacy_mines_ha": (1.0, 0.001, "ecological_area_ha"),
    "mining_backlog_ha": (1.0, 0.001, "ecological_area_ha"),
    "mining_reclaimed_ha": (1.0, 0.001, "ecological_area_ha"),
    "spartina_ha": (1.0, 0.001, "ecological_area_ha"),
    "unfunded_obligations_yuan": (1.0, 0.1, "spend_public_total_yuan"),
    "natural_shoreline_pct": (1.0, 10.0, None),
    "violations_n": (1.0, 10.0, None),
    "degraded_share": (1.0, 0.1, None),
    "livelihood_loss_unpaid_total_yuan": (1.0, 0.1, "spend_public_total_yuan"),
    "livelihood_settled_total_yuan": (1.0, 0.1, "spend_public_total_yuan"),
}


def smallest(
    tables: dict[str, pd.DataFrame], manifest: dict[str, Any], name: str, county: str = "all"
) -> float:
    """The smallest relevant effect in the last year, by the page of indicators: not by the code that made it."""
    rows = tables["indicators"]
    base = rows[(rows["scenario"] == manifest["scenarios"][0]) & (rows["county"] == county)]
    level = base[base["year"] == rows["year"].max()].mean(numeric_only=True).fillna(0.0).abs()
    own, least, of = SIZES[name]
    return float(manifest["relevance"] * max(own * level[name], least * (level[of] if of else 1.0)))


def leaves(config: dict[str, Any], path: str = "") -> Iterator[str]:
    """Dotted keys of a configuration; a level by year is one."""
    for key, value in config.items():
        if isinstance(value, dict) and value and not any(inner.isdigit() for inner in value):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}"


def best(tables: dict[str, pd.DataFrame], keys: dict[str, Any], column: str, *, resampled: bool) -> float:
    """Share of replicates, or of resamples of them, in which a scenario is ahead; equals share it."""
    scenarios = tables["indicators"]["scenario"].unique()
    wide = np.array([one(tables["indicators"], {**keys, "scenario": name}, column) for name in scenarios])
    if resampled:
        drawn = np.random.default_rng(3).integers(0, wide.shape[1], (2000, wide.shape[1]))
        wide = wide[:, drawn].mean(axis=2)
    top = wide == wide.max(axis=0)
    return float((top / top.sum(axis=0)).mean(axis=1)[list(scenarios).index(keys["scenario"])])


def count(tables: dict[str, pd.DataFrame], manifest: dict[str, Any], number: dict[str, str]) -> int:
    """Counties by what their own interval says."""
    keys, rows = json.loads(number["data-rows"]), tables["indicators"]
    asked = keys["county"]
    codes = [code for code in rows["county"].unique() if len(code) > 4]
    found = []
    for code in codes:
        own = {**keys, "county": code, "year": int(rows["year"].max())}
        values = sample(tables, {**number, "data-rows": json.dumps(own)})
        low, high = t_interval(values)
        least = smallest(tables, manifest, number["data-column"], code)
        verdict = "better" if low > least else "worse" if high < -least else "not decided"
        verdict = "too small to matter" if -least <= low and high <= least else verdict
        found.append("worse on average" if asked == "worse on average" and values.mean() < 0 else verdict)
    return len(codes) if asked == "each" else found.count(asked)


def fieller_by_scan(above: np.ndarray, below: np.ndarray) -> tuple[float, float, float]:
    """Fieller's interval by its meaning: the ratios r for which above - r below could be nothing."""
    ratio, n = above.mean() / below.mean(), len(above)
    if n < 2:
        return ratio, math.nan, math.nan

    def outside(r: float) -> float:
        apart = above - r * below
        return abs(apart.mean()) / max(stats.sem(apart), 1e-300) - stats.t.ppf(0.975, n - 1)

    ends = []
    for way in (-1.0, 1.0):
        step = max(abs(ratio), 1.0) * 1e-3
        while outside(ratio + way * step) < 0:
            step *= 2.0
        inside, beyond = 0.0, step
        for _ in range(200):
            middle = (inside + beyond) / 2.0
            inside, beyond = (middle, beyond) if outside(ratio + way * middle) < 0 else (inside, middle)
        ends.append(ratio + way * inside)
    return ratio, ends[0], ends[1]


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The raw tables, read by pandas alone."""
    found = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("indicators", "flows")}
    return found | {"comparison": pd.read_csv(folder / "comparison.csv")}


def test_every_number_of_the_page_can_be_recomputed_from_the_tables(
    folder: Path, page: Page, tables: dict[str, pd.DataFrame]
) -> None:
    """G32: every number leads to rows of a raw table, and code of this file alone finds it there again."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(page.numbers) > 300
    for number in page.numbers:
        again, said = recomputed(tables, manifest, number), float(number["value"])
        # Resamples are drawn anew here: four standard errors of two shares of 2,000 are 0.06.
        allowed = {"abs": 0.06} if number["data-how"] == "best resampled" else {"rel": 1e-7, "abs": 1e-9}
        assert said == pytest.approx(again, **allowed), number


def test_the_page_calls_each_difference_what_the_comparison_does(
    page: Page, tables: dict[str, pd.DataFrame]
) -> None:
    """The words in the table of differences, row by row, are those of comparison.csv in the last year."""
    last = tables["comparison"].query("year == 2030")
    bare = last["scenario"].str.removeprefix("'")  # put there against spreadsheets
    last = last.assign(scenario=bare).set_index(["indicator", "scenario"])["verdict"]
    words = {
        "better": "▲",
        "worse": "▼",
        "too small to matter": "≈",
        "no difference": "=",
        "not decided": "○",
    }
    marks = [
        data[0]
        for where, data in page.words
        if "section#differences" in where and where.endswith("td span") and data[:1] in words.values()
    ]
    shown = [
        (each["data-column"], json.loads(each["data-rows"])["scenario"])
        for each in page.numbers
        if "section#differences" in each["where"]
        and each["data-how"] == "mean"
        and "minus" in each["data-rows"]
    ]
    assert len(marks) == 28
    assert marks == [words[verdict] for verdict in last[shown]]
    assert len(set(marks)) > 2


def test_what_is_read_is_the_number_to_three_digits(page: Page) -> None:
    for number in page.numbers:
        text = number["text"].replace("\N{MINUS SIGN}", "-").replace(",", "").replace(" %", "")
        value = float(number["value"]) / float(number.get("data-scale", 1.0))
        assert float(text) == pytest.approx(value, rel=5.01e-3, abs=1e-12), number


PLAIN = re.compile(r"in \d{4} the best|“.*?”|is 100 万元|million 1 亿元|95 %|County \d+")
MARKED = {"data", "time", "code", "dl", "section#stamp", "section#drivers"}


def test_no_number_stands_on_the_page_without_its_source(page: Page) -> None:
    """Digits outside marked numbers are years, names, settings, the stamp, or the level of the intervals."""
    for where, data in page.words:
        if "section#" not in where or MARKED & set(where.split()):
            continue
        rest = PLAIN.sub("", data)
        for name in (
            *HOSTILE,
            *(piece for each in HOSTILE for piece in re.split(r"(?<=_)|(?<=[.](?=[a-z]))", each)),
        ):
            rest = rest.replace(name, "")
        assert not re.search(r"\d", rest), (where, data)


def test_n_stands_beside_every_mean(page: Page) -> None:
    means = [each for each in page.numbers if each["data-how"] in ("mean", "ratio")]
    counts = {
        (each["data-table"], each["data-rows"], each["data-column"])
        for each in page.numbers
        if each["data-how"] == "n"
    }
    assert means
    for each in means:
        assert (each["data-table"], each["data-rows"], each["data-column"]) in counts


# --- it is one file that asks for nothing and runs nothing --------------------------------------------


def test_the_page_holds_no_script_and_points_nowhere(page: Page) -> None:
    assert not {"script", "iframe", "object", "embed", "form", "link", "base", "a"} & {
        tag for tag, _ in page.tags
    }
    for tag, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("href", "srcset", "style")
        ]
        if tag == "img":
            assert attributes["src"].startswith("data:image/")
            assert attributes["alt"]
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_names_are_shown_as_they_were_typed(page: Page) -> None:
    for name in HOSTILE:
        assert page.text.count(name) > 3
    assert "1522756" not in page.text, "a name was computed"


def test_the_stamp_can_be_read_by_machines_and_the_command_by_people(folder: Path, page: Page) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    stamp = json.loads(next(a["content"] for tag, a in page.tags if a.get("name") == "shanshui-stamp"))
    for key in (
        "config_hash",
        "code_version",
        "seed",
        "replicate_ids",
        "grades",
        "environments",
        "interval",
        "runs",
    ):
        assert stamp[key] == manifest[key]
    assert manifest["command"] in page.text
    assert str(folder.parent) not in (folder / "brief.html").read_text(encoding="utf-8")


def test_the_page_says_what_a_reader_must_know(page: Page) -> None:
    told = " ".join(page.text.split())
    for part in (
        "The answer", "What was compared", "Where the best policy does worse", "Which counties",
        "What it costs", "What drives it", "What would change the conclusion", "What was not modelled",
        "are assumed", "Not valid for", "worse in", "best when redrawn", "start", "baseline at the end",
        "of its parameters are assumed", "Words used here", "matters from", "too small to matter",
        "stated before the runs", "a sensitivity analysis was not made",
        "invented geography, rule-assigned cover",
    ):  # fmt: skip
        assert part in told, part
    assert sum(tag == "img" for tag, _ in page.tags) == 8


def test_money_that_a_government_only_holds_is_called_by_whose_it_is(folder: Path, tmp_path: Path) -> None:
    """What developers paid for shore and land is no city's own money; its numbers still lead to the account."""
    shutil.copytree(folder, tmp_path / "out")
    results, page = Results.open(tmp_path / "out"), Page()
    paid = {
        ("city:3502", "shore_restoration"): 7_000_000_000,
        ("county:350203", "forfeited_reclamation"): 900_000_000,
    }
    rows = [(HOSTILE[0], 0, payer, "outside:contractors", name, fen) for (payer, name), fen in paid.items()]
    columns = ["scenario", "replicate", "payer", "payee", "instrument", "amount_fen"]
    pd.DataFrame(rows, columns=columns).to_parquet(results.folder / f"flows.parquet/part-{'f' * 64}.parquet")
    page.feed(brief_html(results, HEADLINE, {}).decode())
    cells = [data for where, data in page.words if where.endswith("td") and "section#cost" in where]
    assert {"developers' money in shoreline accounts", "developers' forfeited fees"} <= set(cells)
    assert "city" not in cells
    told = {
        (keys["payer"], keys["instrument"]): float(each["value"])
        for each in page.numbers
        if each["data-table"] == "flows.parquet" and each["data-how"] == "mean"
        for keys in [json.loads(each["data-rows"])]
        if keys["scenario"] == HOSTILE[0]
    }
    assert told["city", "shore_restoration"] == 70_000_000 / 4
    assert told["county", "forfeited_reclamation"] == 9_000_000 / 4


def test_the_table_of_claimed_area_says_what_of_it_was_never_degraded(page: Page) -> None:
    shown = {each["data-column"] for each in page.numbers if "section#figures" in each["where"]}
    assert shown == {
        "area_restored_claimed_ha", "area_restored_effective_ha", "area_restored_additional_ha",
        "area_claimed_undegraded_ha",
    }  # fmt: skip


def test_the_page_is_on_record_and_a_changed_one_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert Results.open(copy).manifest["files"]["brief.html"]
    text = (copy / "brief.html").read_text(encoding="utf-8")
    (copy / "brief.html").write_text(text.replace("Not valid", "Valid"), encoding="utf-8")
    with pytest.raises(Damaged, match=r"brief\.html"):
        Results.open(copy)


def test_the_same_results_give_the_same_page_and_figures_in_another_process(
    folder: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from experiments.results import Results;"
        "from experiments.brief.page import brief_html; from experiments.figures.comparison import figures;"
        "results = Results.open(Path(sys.argv[1])); pictures = dict(figures(results, sys.argv[2]));"
        "pictures['brief.html'] = brief_html(results, sys.argv[2], pictures);"
        "assert len(pictures) == 25;"
        "print(*(name for name, made in pictures.items() if not name.startswith('page/')"
        " and (results.folder / name).read_bytes() != made))"
    )
    bare = {
        "PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin", "TZ": "Asia/Shanghai", "LANG": "C",
        "MPLCONFIGDIR": str(tmp_path),
    }  # fmt: skip
    words = [sys.executable, "-c", code, str(folder), HEADLINE]
    told = subprocess.run(words, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == [], "other bytes than in this process"


@pytest.mark.parametrize(
    ("words", "said", "drawn"),
    [
        (["policies=[natural_first]", "years=2", "replicates=1", "landscape.patches=1", "keep=[]"],
         ["compared with nothing"], {"trajectories", "restored", "stocks"}),
        (["policies=[business_as_usual,natural_first]", "years=0", "replicates=2", "keep=[flows,maps]"],
         ["No money moved", "Not decided"],
         {"trajectories", "differences", "counties", "restored", "stocks", "map_of_condition", "map_of_change"}),
        (["policies=[business_as_usual,natural_first]", "years=1", "replicates=1", "keep=[]"],
         ["no interval", "was not kept"], {"trajectories", "differences", "counties", "restored", "stocks"}),
    ],
)  # fmt: skip
def test_little_to_say_is_still_said(
    words: list[str], said: list[str], drawn: set[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    taken = {word.partition("=")[0] for word in words}
    small = [word for word in SMALL if word.partition("=")[0] not in taken]
    assert cli.main(["compare", *words, *small, f"out={out}", "-q"]) == 0
    page = read(out)
    for part in said:
        assert part in " ".join(page.text.split())
    assert not re.findall(r"\b(?:nan|inf)\b", page.text)
    assert {path.stem for path in (out / "figures").iterdir()} == drawn


# --- in a browser -------------------------------------------------------------------------------------


@pytest.fixture
def outside() -> Iterator[tuple[int, list[str]]]:
    """A proxy on this machine that answers nothing and writes down what it was asked for."""
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(self.rfile.readline(2000).decode("latin-1").strip())
            self.close_connection = True

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was not opened in a browser")
def test_a_browser_opens_it_asks_nobody_and_meets_no_error(
    folder: Path, tmp_path: Path, outside: tuple[int, list[str]]
) -> None:
    port, asked = outside
    told = opened(folder / "brief.html", tmp_path, port)
    assert [line for line in asked if "example" in line] == []
    assert "CONSOLE" not in told.stderr, "a script error, or something that the page's own policy forbids"
    assert "<script" not in told.stdout
    seen = Page()
    seen.feed(told.stdout)
    for name in HOSTILE:
        assert name in seen.text
    assert len(seen.numbers) > 300


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was not opened in a browser")
def test_the_browser_test_would_notice_a_page_that_asks(
    tmp_path: Path, outside: tuple[int, list[str]]
) -> None:
    port, asked = outside
    (tmp_path / "bad.html").write_text("<img src='http://outside.example/y.png'><script>nothing()</script>")
    told = opened(tmp_path / "bad.html", tmp_path, port)
    assert [line for line in asked if "outside.example" in line]
    assert "CONSOLE" in told.stderr


def opened(page: Path, profile: Path, port: int) -> subprocess.CompletedProcess[str]:
    """A page in Chromium without a window; standard output is what it made of it."""
    assert CHROMIUM is not None
    proxy = [f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>"]
    words = [CHROMIUM, *QUIET, *proxy, f"--user-data-dir={profile / 'profile'}", "--dump-dom", page.as_uri()]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)


# --- the parts ----------------------------------------------------------------------------------------


def test_fiellers_interval_covers_the_true_ratio() -> None:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(2000):
        below = rng.normal(10.0, 3.0, 12)
        above = 2.0 * below + rng.normal(5.0, 4.0, 12)
        _, low, high, _ = fieller(above, below)
        held.append(low <= 2.5 <= high)
    # 2 standard errors of a share of 0.95 in 2,000 samples are 0.01
    assert 0.94 <= np.mean(held) <= 0.96


def test_what_may_be_nothing_has_no_price() -> None:
    below = np.array([1.0, -1.0, 2.0, -1.5])
    assert math.isnan(fieller(np.full(4, 10.0) + below, below)[1])
    assert math.isnan(fieller(np.ones(3), np.zeros(3))[0])
    ratio, low, high, n = fieller(np.array([8.0]), np.array([2.0]))
    assert (ratio, n) == (4.0, 1)
    assert math.isnan(low)
    assert math.isnan(high)


def test_levers_are_the_settings_that_differ_and_nothing_else() -> None:
    usual: dict[str, Any] = {
        "seed": 1,
        "restoration": {"form": "natural_first", "degraded_below": 0.5},
        "projects": {"form": "gated", "aftercare": {"2024": 3, "2030": 8}},
        "carbon": {"form": "none"},
        "schedule": {},
    }
    other = {**usual, "restoration": {"form": "none"}, "projects": {"form": "gated", "aftercare": 5}}
    found, more = levers({"a": usual, "b": other})
    assert [(each.key, each.values) for each in found] == [
        ("restoration", ("natural_first", "none")),
        ("projects.aftercare", ("2024: 3; 2030: 8", "5")),
    ]
    assert more == 1, "degraded_below exists in one scenario only"
    assert found[1].unit == "yr"
    assert "carbon" in switched_off({"a": usual, "b": other})
    assert "restoration" not in switched_off({"a": usual, "b": other})


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(769276.5, True, "+769,000"), (-0.012247, True, "-0.0122"), (0.0, True, "0"), (-0.0, True, "0"),
     (1234.0, False, "1,230"), (99.96, False, "100"), (0.00001234, False, "0.0000123"),
     (-8.78e-13, True, "-0.000000000000878"), (12345678, False, "12,300,000")],
)  # fmt: skip
def test_numbers_have_three_digits(value: float, signed: bool, text: str) -> None:
    assert digits(value, signed=signed) == text


# --- nobody is misled ---------------------------------------------------------------------------------


class Changed(Results):
    """Finished results of which some columns were changed in the table of indicators, and in nothing else."""

    changes: Callable[[pd.DataFrame], None]

    def indicators(self, county: str | None = None) -> pd.DataFrame:
        """The table, changed."""
        rows = super().indicators(county).copy()
        type(self).changes(rows)
        return rows


def told_of(folder: Path, headline: str, changes: Callable[[pd.DataFrame], None]) -> tuple[Content, Page]:
    """What the brief says, and its page, of results whose indicators were changed."""
    kind = type("Changed", (Changed,), {"changes": staticmethod(changes)})
    results, page = kind.open(folder), Page()
    page.feed(brief_html(results, headline, {}).decode())
    return Content(results, headline), page


def restores_much_and_adds_less(rows: pd.DataFrame) -> None:
    """The second policy restores more by the headline and less that would not have come; the third changes nothing."""
    noise = rows["replicate"] % 2
    for name, gain in ((EFFECTIVE, 500.0), (ADDITIONAL, -100.0)):
        rows[name] = 1000.0 + noise * 10.0 + (gain + noise) * (rows["scenario"] == HOSTILE[1])


def test_a_policy_better_by_the_headline_and_worse_by_what_it_adds_shows_both(folder: Path) -> None:
    """As natural recovery everywhere: much that comes is restored, and less that would not have come."""
    content, page = told_of(folder, EFFECTIVE, restores_much_and_adds_less)
    first, *others = content.ranked
    assert first.scenario.text == HOSTILE[1]
    assert (first.gain.verdict, first.added.verdict) == ("better", "worse")
    assert {(each.gain.verdict, each.added.verdict) for each in others if each.gain} == {
        ("no difference",) * 2
    }
    said = plain(content.answer[0])
    assert "the difference is -99.5 ha" in said
    assert "worse, though it is ahead by the headline" in said
    assert "not decided" not in said.partition("the difference is")[0]
    answer = "".join(data for where, data in page.words if "section#answer" in where)
    assert answer.index("▲ better") < answer.index("▼ worse")
    assert ADDITIONAL in [each.measure.column for each in content.worse]
    assert [each.measure.column for each in content.prices if each.gained] == [EFFECTIVE], "less has no price"


def test_who_comes_out_the_same_wins_nothing(folder: Path) -> None:
    """Two policies alike to the last bit by a yardstick: it is not decided which is best, and both are named."""

    def alike(rows: pd.DataFrame) -> None:
        rows["eca_ha"] = 10.0 + rows["replicate"] + 5.0 * (rows["scenario"] != HOSTILE[0])

    content, page = told_of(folder, "eca_ha", alike)
    found = next(each for each in content.yardsticks if each.measure.column == "eca_ha")
    assert [each.text for each in found.tied] == list(HOSTILE[1:])
    assert (found.words, found.same) == ("not decided", None)
    assert plain(content.answer[0]).endswith(f"not decided: {HOSTILE[1]} and {HOSTILE[2]} come out the same.")
    assert "Not decided" in page.text
    assert "come out the same" in page.text.partition("What would change")[2]


def test_the_cheapest_are_among_the_yardsticks(page: Page) -> None:
    change = page.text.partition("What would change the conclusion")[2]
    for name in ("Public money spent", "Households' unpaid loss since", "What all who pay bear together"):
        assert name in change, name


def test_all_who_pay_is_the_sum_of_those_who_pay(page: Page) -> None:
    """Levels, differences to the baseline and prices: the sum is that of its columns, what is repaid taken off once.
    What use ended for good may have cost besides is in no sum but the last."""
    parts = ["spend_public_total_yuan", "spend_private_total_yuan", "sum(spend_polluters_yuan)"]
    parts += ["livelihood_loss_unpaid_total_yuan", "sum(availability_paid_yuan)"]
    every = f"{' + '.join(parts[:4])} - {parts[4]}"
    business, further = f"{parts[1]} + {parts[2]} - {parts[4]}", "livelihood_settled_total_yuan"
    sums = 0
    held = {
        (each["data-rows"], each["data-column"]): float(each["value"])
        for each in page.numbers
        if "section#cost" in each["where"] and each["data-how"] in ("mean", "ratio")
    }
    for (rows, column), value in held.items():
        payer, by, measure = column.partition(" / ")
        if payer not in (every, f"{every} + {further}"):
            continue
        summed = [parts[0], business, parts[3]] if by or "minus" in rows else parts
        summed = summed if payer == every else [every, further]
        signs = [-1.0 if name == parts[4] else 1.0 for name in summed]
        made = sum(sign * held[rows, name + by + measure] for sign, name in zip(signs, summed, strict=True))
        assert value == pytest.approx(made, rel=1e-9, abs=1e-6)
        sums += 1
    assert sums >= 2 * (3 + 2), "three levels and two differences, without it and with it"


def ends_use_for_good(rows: pd.DataFrame) -> None:
    """Everywhere but under the baseline: by the second policy most."""
    way = rows["scenario"].map({HOSTILE[1]: 7e9, HOSTILE[2]: 3e9}).fillna(0.0)
    rows[SETTLED] = 5e8 + way * (1.0 + 0.01 * rows["replicate"])
    for name in (EFFECTIVE, ADDITIONAL):
        rows[name] = 1000.0 + rows["replicate"] + 500.0 * (rows["scenario"] == HOSTILE[1])


def test_what_use_ended_for_good_may_cost_is_told_beside_the_sum_with_its_source(
    folder: Path, tables: dict[str, pd.DataFrame]
) -> None:
    """In the answer, the levels, the differences and the prices; each number is found again in the tables."""
    content, page = told_of(folder, EFFECTIVE, ends_use_for_good)
    changed = {**tables, "indicators": tables["indicators"].copy()}
    ends_use_for_good(changed["indicators"])
    assert plain(content.answer[2]).endswith(" more if nobody found other work.")
    assert "at most +7,100 million yuan" in plain(content.answer[2])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    places = {"section#answer": 0, "section#cost": 0}
    for number in page.numbers:
        if "livelihood_settled" not in number["data-column"]:
            continue
        again = recomputed(changed, manifest, number)
        assert float(number["value"]) == pytest.approx(again, rel=1e-7, abs=1e-9), number
        for place in places:
            places[place] += place in number["where"] and number["data-how"] in ("mean", "ratio")
    assert places["section#answer"] == 1
    assert places["section#cost"] >= 2 * (3 + 2 + 2), (
        "levels, differences, and prices of what the second gains"
    )


def test_the_page_says_what_the_loss_of_households_hangs_on(page: Page) -> None:
    told = " ".join(page.text.partition("What was not modelled")[2].split())
    for part in (
        "found other work",
        "works.lasting",
        "both the area restored and what households lose hang on it",
    ):
        assert part in told, part


def test_what_is_repaid_to_who_paid_before_counts_once() -> None:
    """An investor pays 80 and is repaid 30 of it by the county, which spends 100: together they bear 150."""
    parts = {
        PUBLIC_TOTAL: [0.0, 100.0], PRIVATE_TOTAL: [0.0, 80.0], HOUSEHOLDS: [0.0, 0.0],
        SETTLED: [0.0, 7.0],
        "spend_polluters_yuan": [0.0, 0.0], "availability_paid_yuan": [10.0, 20.0],
    }  # fmt: skip
    keys = {"point": 0, "scenario": "a", "replicate": 0, "county": "all", "year": [2024, 2025]}
    rows = pd.DataFrame({**keys, **parts}).iloc[
        ::-1
    ]  # the last year first: sums follow the years, not the rows
    found = with_sums(rows).set_index("year")
    assert found.loc[2025, [BUSINESS, TOGETHER, AT_MOST]].tolist() == [50.0, 150.0, 157.0]
    assert found.loc[2024, TOGETHER] == -10.0


def test_the_table_of_what_is_worse_lists_exactly_that(
    page: Page, tables: dict[str, pd.DataFrame], folder: Path
) -> None:
    """Every indicator with a better way that comparison.csv calls worse for the policy ranked first, and no other."""
    shown = [
        (json.loads(each["data-rows"])["scenario"], each["data-column"])
        for each in page.numbers
        if "section#worse" in each["where"] and each["data-how"] == "mean" and "minus" in each["data-rows"]
    ]
    best = Content(Results.open(folder), HEADLINE).ranking.best
    last = tables["comparison"].query("year == 2030")
    mine = last[last["scenario"].str.removeprefix("'") == best]
    worse = mine.loc[mine["verdict"] == "worse", "indicator"]
    assert sorted(shown) == sorted((best, name) for name in worse)
    assert shown, "in these runs there is something to list"


def test_the_rows_of_a_measure_stay_with_its_name_when_printed(folder: Path) -> None:
    """One group of rows a measure, which no page break may part; heads come again on each page."""
    text = (folder / "brief.html").read_text(encoding="utf-8")
    section = text.partition('<section id="differences">')[2].partition("</section>")[0]
    groups = section.split('<tbody class="together">')[1:]
    assert len(groups) == 14
    for group in groups:
        assert group.count("<tr") == 1 + len(HOSTILE) - 1
    rules = (ROOT / "experiments/brief/brief.css").read_text(encoding="utf-8").partition("@media print")[2]
    assert re.search(r"tbody\.together[^{]*\{ break-inside: avoid", rules)
    assert "thead { display: table-header-group" in rules


def test_the_title_says_what_is_compared(folder: Path) -> None:
    text = (folder / "brief.html").read_text(encoding="utf-8")
    title = text.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith("Condition of ecological land and water under ")
    assert title.endswith("policy brief, synthetic 2024–2030")


def test_a_headline_without_values_by_county_says_so(folder: Path) -> None:
    said = plain(Content(Results.open(folder), "gini_spend").answer[-1])
    assert said.startswith("By county there is no value of gini_spend")


def test_the_codes_of_articles_are_left_to_developers() -> None:
    told = "\n".join(
        ["# natural recovery (A12 as a slogan), a list (A18, A19) and", "# basins (A7), paid (A10)."]
    )
    assert _comment(told) == "natural recovery (as a slogan), a list and basins, paid."


def test_a_long_name_breaks_between_words_and_a_number_nowhere() -> None:
    assert BREAKS.split("funding.social_capital.level") == ["funding.", "social_", "capital.", "level"]
    assert BREAKS.split("2030: 0.25") == ["2030: 0.25"]
