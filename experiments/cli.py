"""The command line: a verb and words of the form key=value; answers on standard output, talk on standard error.

    shanshui compare 'policies=[business_as_usual,natural_first]' landscape=synthetic years=30

Exit codes: 0 done, 1 some run failed, 2 refused with nothing written, 130 interrupted. Nothing heavy is imported
before a verb is known, so that help and tab completion answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from experiments.manual import VERBS, overview, verb_help
from experiments.problems import BadConfig

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one command; returns its exit code. What is wrong with it is said in lines, never as a traceback."""
    parser = make_parser()
    if "_ARGCOMPLETE" in os.environ:
        from experiments.completion import complete

        complete(parser)
    try:
        code = _answer(_parsed(parser, sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except BadConfig as bad:
        return _refuse([str(problem) for problem in bad.problems])
    except KeyboardInterrupt:
        _say("Interrupted. The same command continues where it stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 -- what is not known goes on as it was
        return _known(error)


def make_parser() -> argparse.ArgumentParser:
    """The grammar of the command line: a verb, its words, and few options."""
    parser = argparse.ArgumentParser(prog="shanshui", allow_abbrev=False, add_help=False)
    parser.add_argument("-h", "--help", action=_Print, text=overview)
    parser.add_argument("--version", action=_Print, text=_version)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for verb in VERBS:
        each = verbs.add_parser(verb, prog=f"shanshui {verb}", allow_abbrev=False, add_help=False)
        each.add_argument("-h", "--help", action=_Print, text=lambda verb=verb: verb_help(verb))
        each.add_argument("-q", "--quiet", action="store_true")
        each.add_argument("--config-dir", metavar="DIR")
        each.add_argument("words", nargs="*", metavar="key=value")
    return parser


class _Print(argparse.Action):
    """Print a text that is only made when it is asked for, and end."""

    def __init__(self, option_strings, dest, text) -> None:  # type: ignore[no-untyped-def]
        super().__init__(option_strings, dest=argparse.SUPPRESS, default=argparse.SUPPRESS, nargs=0)
        self.text = text

    def __call__(self, parser, namespace, values, option_string=None) -> None:  # type: ignore[no-untyped-def]
        print(self.text())
        parser.exit()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"shanshui {version('shanshui')}"
    except PackageNotFoundError:
        return "shanshui, not installed"


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments; words may stand before, between and after options, which argparse alone does not allow."""
    asked, rest = parser.parse_known_args(arguments)
    unknown = [text for text in rest if text.startswith("-")]
    if unknown:
        parser.error(f"no option {unknown[0]}; there are -q, --config-dir DIR, --help, --version")
    if rest:
        asked.words += rest
    return asked


def _answer(asked: argparse.Namespace) -> int:
    if asked.verb is None:
        print(overview())
        return DONE
    verb = import_module(f"experiments.verbs.{asked.verb}")
    code: int = verb.answer(asked.words, asked.config_dir, quiet=asked.quiet)
    return code


def _known(error: Exception) -> int:
    """The exit code of an error that the engine speaks of; any other one is a bug and shows its traceback."""
    from experiments.design import Refused
    from experiments.parts import CannotWrite

    if isinstance(error, Refused):
        return _refuse([str(error)])
    if isinstance(error, CannotWrite):
        _say(_relative(str(error)))
        return FAILED
    raise error


def _refuse(lines: list[str]) -> int:
    _say("Refused, nothing was written.")
    for line in lines:
        _say(f"  {_relative(line)}")
    return REFUSED


def _relative(text: str) -> str:
    """A message without the folders above the working one, or the home folder's name: they are nobody's business."""
    return text.replace(f"{Path.cwd()}{os.sep}", "").replace(f"{Path.home()}{os.sep}", f"~{os.sep}")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
