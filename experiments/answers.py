"""What `run` and `compare` do once a question is known to be answerable: make the runs, and say what came of them.

It stands apart from the verbs, which check the question, so that a refused one is answered before the engine, the
statistics and the pictures are loaded.
"""

from __future__ import annotations

from experiments.ask import Question, answered
from experiments.brief.page import brief_html
from experiments.compare import compare
from experiments.criteria import stated
from experiments.figures.comparison import FILES, figures
from experiments.results import Results
from experiments.store import Store, csv_bytes
from experiments.telling import sentences
from experiments.traced import digits, plain


def run_answered(question: Question) -> int:
    """Make the runs, say the headline at their end, print the folder; returns the exit code."""
    with answered(question) as (store, outcome):
        pass
    if outcome.done:
        question.say(_summary(Results.open(store.folder), question.first.headline))
    print(question.folder)
    return 1 if outcome.failed else 0


def compare_answered(question: Question) -> int:
    """Make the runs, compare them with the first scenario's, say it, print the folder; returns the exit code."""
    with answered(question) as (store, outcome):
        if outcome.done:
            _tell(question, store)
    print(question.folder)
    return 1 if outcome.failed else 0


def _summary(results: Results, headline: str) -> str:
    """The headline at the end: mean and spread over replicates."""
    table = results.indicators("all")
    last = table.loc[table["year"] == table["year"].max(), headline].dropna()
    if last.empty:
        return f"{headline}: no value."
    spread = f", between {digits(last.min())} and {digits(last.max())}" if len(last) > 1 else ""
    return f"{headline} in {table['year'].max()}: {digits(last.mean())} on average{spread} (n = {len(last)})."


def _tell(question: Question, store: Store) -> None:
    """Add what a comparison adds to the tables: differences, figures and brief; and say it in three sentences."""
    results, headline = Results.open(store.folder), question.first.headline
    try:
        table = compare(results.indicators(), results.scenarios[0], stated(results.manifest))
        store.write("comparison.csv", csv_bytes(table))
        pictures = dict(figures(results, headline))
        for name, picture in pictures.items():
            if name.startswith(FILES):
                store.write(name, picture)
        store.write("brief.html", brief_html(results, headline, pictures))
        for sentence in sentences(results, headline):
            question.say(plain(sentence))
    except ValueError as error:  # no run of the baseline is done, or the headline has no value at the end
        question.say(f"Not compared: {error}.")
