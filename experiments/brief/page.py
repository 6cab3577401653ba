"""The page of a brief: one file that opens anywhere, offline, and prints; it asks for nothing and runs nothing.

Every text that is not the template's own is escaped, whoever wrote it. The page's policy for browsers forbids scripts
and requests altogether; only its own style sheet, named by its hash, and pictures inside the page are let in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from experiments import criteria
from experiments.brief.content import Content
from experiments.brief.cost import BORNE, PAYING
from experiments.brief.glossary import GLOSSARY
from experiments.brief.not_modelled import NOT_MODELLED, NOT_VALID_FOR, VALID_FOR
from experiments.figures.comparison import MAPS, ON_PAGE
from experiments.figures.style import LEFT_OUT
from experiments.folders import options
from experiments.money import PASSED, PRIVATE, RAISED, RETURNED, USED, whose
from experiments.names import ADDITIONAL, UNITS, chinese, title
from experiments.results import Results
from experiments.telling import RESTORED

TEMPLATE, STYLE = "brief.html.j2", "brief.css"
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
PARTS = {
    RAISED: "Into the public purse",
    PASSED: "Passed on within it",
    USED: "Out of the public purse",
    RETURNED: "Returned unspent to taxpayers",
    PRIVATE: "Private money beside it",
}
WORDS = {
    criteria.BETTER: "▲ better",
    criteria.WORSE: "▼ worse",
    criteria.MORE: "more",
    criteria.LESS: "less",
    criteria.SMALL: "≈ too small to matter",
    criteria.SAME: "= the same",
    criteria.OPEN: "○ not decided",
}
BREAKS = re.compile(r"(?<=_)|(?<=\.)(?=[^\W\d])")
"""Where a long name may be broken: after words, never within a number."""

CODES = re.compile(r"\bA\d+\b,? ?")
"""Numbers of the opinion's articles, by which developers find them; a reader has no use for them."""

LEADS = {
    criteria.CLEAR: "Clear within the model 模型内差异明确: the lead of the best policy over every other lies beyond "
    "zero, and beyond the smallest effect that matters.",
    criteria.AHEAD: "Ahead 领先: the lead of the best policy over every other lies beyond zero, but over at least one "
    "it is not shown to be large enough to matter.",
    criteria.OPEN: "Not decided 模型内尚无定论: the lead over at least one other policy may be nothing.",
}
"""What the ranking is called, above the answer."""


def brief_html(results: Results, headline: str, pictures: Mapping[str, bytes]) -> bytes:
    """The page, from finished results and the figures drawn from them (name of the file -> content).

    Raises ``ValueError`` where no replicate has the headline under every scenario.
    """
    content = Content(results, headline)
    style = _packaged(STYLE)
    page = _environment().get_template(TEMPLATE)
    text = page.render(
        brief=content,
        manifest=results.manifest,
        style=style,
        policy=_policy(style),
        stamp=_stamp(results.manifest),
        descriptions=_descriptions(results.scenarios),
        pictures={name: _data_uri(name, pictures) for name in _names(pictures)},
        parts=PARTS,
        units=UNITS,
        borne=BORNE,
        paying=PAYING,
        glossary=GLOSSARY,
        additional=ADDITIONAL,
        restored=content.headline.column in RESTORED,
        not_modelled=NOT_MODELLED,
        lead=LEADS[content.ranking.words],
        settled=content.ranking.words == criteria.CLEAR,
        valid_for=VALID_FOR,
        not_valid_for=NOT_VALID_FOR,
    )
    return text.encode()


def _environment() -> Environment:
    found = Environment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["kind"] = lambda part: type(part).__name__.lower()
    found.filters["title_of"] = title
    found.filters["chinese"] = chinese
    found.filters["payer"] = lambda row: whose(row.part, row.payer)
    found.filters["spaced"] = lambda name: str(name).replace("_", " ")
    found.filters["breakable"] = BREAKS.split
    found.filters["minus"] = lambda text: text.replace("-", "\N{MINUS SIGN}")
    found.filters["verdict"] = lambda word: WORDS[word]
    return found


def _policy(style: str) -> str:
    """The content-security policy: nothing but this style sheet and pictures inside the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _stamp(manifest: Mapping[str, Any]) -> str:
    """The stamp for machines, as JSON."""
    told = {name: value for name, value in manifest.items() if name not in LEFT_OUT}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _names(pictures: Mapping[str, bytes]) -> list[str]:
    return list(dict.fromkeys(path.rpartition("/")[2].partition(".")[0] for path in pictures))


def _data_uri(name: str, pictures: Mapping[str, bytes]) -> str:
    kind = "png" if name in MAPS else "svg"
    content = base64.b64encode(pictures[f"{ON_PAGE}{name}.{kind}"]).decode()
    return f"data:{KINDS[kind]};base64,{content}"


def _descriptions(scenarios: Sequence[str]) -> dict[str, str]:
    """What the files of packaged policies say of themselves, by scenario."""
    known = options("policy")
    return {
        name: _comment(known[name].path.read_text(encoding="utf-8")) for name in scenarios if name in known
    }


def _comment(text: str) -> str:
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
    told = CODES.sub("", " ".join(line for line in lines if not line.startswith("@")))
    return re.sub(r" \(\s*\)", "", told)


def _packaged(name: str) -> str:
    return (files("experiments.brief") / name).read_text(encoding="utf-8")
