"""What a configuration may say: the types, units and hard bounds that the model itself declares, strictly applied.

A form of the model is a frozen dataclass whose fields carry their unit and bounds; from it a pydantic model is made
that takes no text for a number, no ``true`` for one, nothing infinite and no key that the form does not have. A number
may be given by year (``{2024: 0.1, 2035: 0.4}``, with ``between: ramped`` for a straight line); an array by word.

Assumption most likely to be wrong: that hard bounds are enough; a value far outside a parameter's plausible range
passes, with a remark.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WrapValidator, create_model
from pydantic import Field as Bound
from pydantic_core import InitErrorDetails, PydanticCustomError

from experiments.layers import FIRST_YEAR, LAST_YEAR, KeyPath, is_by_year
from model.parameters import Each, Evidence
from model.units import bounds_of, unit_of

BETWEEN = ("held", "ramped")

STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())


@dataclass(frozen=True)
class Allowed:
    """What one key may hold: in words, and its plausible range where the model states one."""

    words: str
    evidence: Evidence | None = None


@lru_cache(maxsize=256)
def schema(form: type, by_year: bool = True) -> type[BaseModel]:
    """The pydantic model of a dataclass; with ``by_year`` each of its numbers may be a level by year."""
    hints = get_type_hints(form, include_extras=True)
    keys: dict[str, Any] = {
        each.name: (_checked(hints[each.name], by_year), _default(each)) for each in fields(form)
    }
    return create_model(form.__name__, __config__=STRICT, **keys)


@lru_cache(maxsize=256)
def allowed(form: type, by_year: bool = True) -> dict[KeyPath, Allowed]:
    """Every key of a dataclass, those of its arrays and inner dataclasses included, with what it may hold."""
    hints = get_type_hints(form, include_extras=True)
    found: dict[KeyPath, Allowed] = {}
    for each in fields(form):
        evidence = each.metadata.get("evidence")
        for path, words in _described(hints[each.name], by_year).items():
            found[each.name, *path] = Allowed(words, evidence)
    return found


def _default(each: Field[Any]) -> Any:
    """Configs hold the values; only a dataclass that states a default of its own has one."""
    if each.default_factory is not MISSING:
        return Bound(default_factory=each.default_factory)
    return ... if each.default is MISSING else each.default


def _checked(kind: Any, by_year: bool) -> Any:
    """The pydantic type of a field."""
    each = _each(kind)
    if each is not None:
        one = _checked(each.of, by_year)
        words: dict[str, Any] = dict.fromkeys(each.words.texts(), (one, ...))
        return create_model("Each", __config__=STRICT, **words)
    if is_dataclass(kind):
        return schema(kind, by_year)  # type: ignore[arg-type]
    if get_origin(kind) is dict:
        return Annotated[kind, BeforeValidator(_codes_as_text)]
    if get_origin(kind) is tuple:
        inner = _checked(get_args(kind)[0], by_year=False)
        return list[inner]  # type: ignore[valid-type]
    if by_year and _plain(kind) in (int, float):
        return Annotated[kind, WrapValidator(_ByYear(whole=_plain(kind) is int))]
    return kind


def _each(kind: Any) -> Any:
    return next((note for note in get_args(kind)[1:] if isinstance(note, Each)), None)


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _codes_as_text(values: Any) -> Any:
    """A code of digits is text, though YAML and the command line read a number."""
    return {str(key): value for key, value in values.items()} if isinstance(values, dict) else values


@dataclass(frozen=True)
class _ByYear:
    """Lets a number through as it is, and a level by year where each of its numbers would pass."""

    whole: bool

    def __call__(self, value: Any, number: Any) -> Any:
        if not isinstance(value, dict):
            return number(value)
        checked: dict[Any, Any] = {}
        faults: list[InitErrorDetails] = []
        for key, inner in value.items():
            fault = self._bad_key(key, inner)
            if fault:
                faults.append(
                    InitErrorDetails(type=PydanticCustomError("by_year", fault), loc=(key,), input=inner)
                )
                continue
            try:
                checked[key] = inner if key == "between" else number(inner)
            except ValidationError as error:
                faults += [_moved(each, key) for each in error.errors()]
        if not faults and not is_by_year(checked):
            faults = [
                InitErrorDetails(type=PydanticCustomError("by_year", "names no year"), loc=(), input=value)
            ]
        if faults:
            raise ValidationError.from_exception_data("level", faults)
        return checked

    def _bad_key(self, key: Any, inner: Any) -> Any:
        if key == "between":
            if inner not in BETWEEN:
                return f"must be {' or '.join(BETWEEN)}"
            return "whole numbers are held, not ramped" if self.whole and inner == "ramped" else ""
        if isinstance(key, bool) or not isinstance(key, int):
            return f"must be a year, or 'between' ({' or '.join(BETWEEN)})"
        return "" if FIRST_YEAR <= key <= LAST_YEAR else f"years run from {FIRST_YEAR} to {LAST_YEAR}"


def _moved(error: Any, key: Any) -> InitErrorDetails:
    """An inner fault, told of the place ``key``."""
    found = InitErrorDetails(type=error["type"], loc=(key, *error["loc"]), input=error["input"])
    if "ctx" in error:
        found["ctx"] = error["ctx"]
    return found


def _described(kind: Any, by_year: bool) -> dict[KeyPath, str]:
    """What a field may hold, in words, for itself and the keys below it."""
    each = _each(kind)
    if each is not None:
        one = _in_words(each.of, by_year)
        words = each.words.texts()
        return {(): f"a mapping of {', '.join(words)} to numbers"} | {(word,): one for word in words}
    if is_dataclass(kind):
        inner = {path: what.words for path, what in allowed(kind, by_year).items()}  # type: ignore[arg-type]
        return {(): "a mapping of keys to values"} | inner
    return {(): _in_words(kind, by_year)}


def _in_words(kind: Any, by_year: bool) -> str:
    if type(None) in get_args(kind):
        return f"{_in_words(get_args(kind)[0], by_year)}, or null"
    plain = _plain(kind)
    if get_origin(plain) is dict:
        return "a mapping of codes to numbers"
    if plain is bool:
        return "true or false"
    if get_origin(plain) is Literal:
        return " or ".join(str(word) for word in get_args(plain))
    if get_origin(plain) is tuple:
        return f"a list, each {_in_words(get_args(plain)[0], by_year=False)}"
    if plain not in (int, float):
        return "text"
    (low, high), unit = bounds_of(kind), unit_of(kind)
    if unit == "flag":
        return "1 (on) or 0 (off)" + (", or such by year" if by_year else "")
    number = "a whole number" if plain is int else "a number"
    unit = "" if unit in ("", "1", "n", "year") else f" {unit}"
    return f"{number} from {spelt(low)} to {spelt(high)}{unit}{', or such by year' if by_year else ''}"


def spelt(number: float) -> str:
    """A bound as people write it."""
    if abs(number) < 1e6 and number == int(number):
        return f"{int(number)}"
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e13 else f"{number:g}"
