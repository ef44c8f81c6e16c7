"""The layout of a table of text, and its records."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, final

_SNIFFED_LINES = 30
_MISSING = {"", "na", "n/a", "nan", "null", "none", "missing", "?", "-", "."}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(r"[+-]?\.?[0-9]")
_QUOTED = re.compile(r'"[^"]*"')
_SPACED_FIELD = re.compile(r'"([^"]*)"|(\S+)')
_SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas", None: "spaces"}


class Line(NamedTuple):
    """A line with content, and its number from 1."""

    number: int
    text: str


class Record(NamedTuple):
    """The fields of one row, and the number of the line that it begins on."""

    line: int
    fields: Sequence[str]


@final
@dataclass(frozen=True)
class Layout:
    """How a table is written."""

    delimiter: str | None
    """None is any number of spaces."""
    header_line: int
    """The number of the line with the names; 0 if there is none."""
    first_line: int
    """The number of the first line with content, which says how many columns there are."""
    n_columns: int
    names: tuple[str, ...] | None

    @property
    def separator(self) -> str:
        """What stands between fields, in words."""
        return _SEPARATORS[self.delimiter]


def numbered_lines(lines: Iterable[str]) -> Iterator[Line]:
    """Yield the lines that are neither blank nor a comment."""
    for number, text in enumerate(lines, 1):
        content = text.strip()
        if content and content[0] != "#":
            yield Line(number, text)


def sniff(lines: Iterator[Line]) -> Layout | None:
    """Return the layout that the first lines show, or None if there are no lines."""
    sample = list(islice(lines, _SNIFFED_LINES))
    if not sample:
        return None
    delimiter = _delimiter([line.text for line in sample])
    first, *others = (split(line.text, delimiter) for line in sample)
    header = is_header(first, others[0] if others else None)
    return Layout(
        delimiter,
        header_line=sample[0].number if header else 0,
        first_line=sample[0].number,
        n_columns=len(first),
        names=tuple(field.strip() for field in first) if header else None,
    )


def records(lines: Iterator[Line], layout: Layout) -> Iterator[Record]:
    """Yield the rows below the header."""
    body = (line for line in lines if line.number > layout.header_line)
    if layout.delimiter is None:
        for line in body:
            yield Record(line.number, split(line.text, None))
        return
    begun: list[int] = []

    def texts() -> Iterator[str]:
        for line in body:
            begun.append(line.number)
            yield line.text

    # A quoted field may run over several lines; the row began on the first of them.
    for fields in csv.reader(texts(), delimiter=layout.delimiter):
        yield Record(begun[0], fields)
        begun.clear()


def split(text: str, delimiter: str | None) -> list[str]:
    """Return the fields of one line."""
    if delimiter is None:
        return [quoted or plain for quoted, plain in _SPACED_FIELD.findall(text)]
    return next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), [])


def is_header(first: Sequence[str], second: Sequence[str] | None) -> bool:
    """Return whether the first line names columns rather than holding a row, perhaps a damaged one."""
    kinds = [_kind(field) for field in first]
    if "number" in kinds:
        # Names may be years or counts beside words (year, 2019, 2020) above numbers; 3.5 is not a name.
        whole = all(field.strip().isdecimal() for field, kind in zip(first, kinds, strict=True) if kind == "number")
        above = zip(kinds, second or (), strict=False)
        return whole and any(kind == "word" and _kind(below) == "number" for kind, below in above)
    # A lone "5.l" is a damaged row; "1st, 2nd" are names.
    return "word" in kinds or (len(kinds) > 1 and "damaged" in kinds)


def complaint_about(text: str) -> str | None:
    """Return what is wrong with a field as a finite number, and what to do; None if nothing is."""
    if _NUMBER.fullmatch(text):
        if math.isfinite(float(text)):
            return None
        return f"{_shown(text)} is too large for a float64. Use other units."
    if text.lower() in _MISSING:
        found = f" ({text})" if text else ""
        return f"the value is missing{found}. Fill it in, remove the line, or leave the column out with --columns."
    if _INFINITE.fullmatch(text):
        return f"{text} is not finite. Mend or remove the line."
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        return f"{text} has a decimal comma. Write {text.replace(',', '.')}."
    return f"{_shown(text)} is not a number. Mend the value, or choose columns of numbers with --columns."


def _kind(field: str) -> str:
    text = field.strip()
    if _NUMBER.fullmatch(text):
        return "number"
    if text.lower() in _MISSING or _INFINITE.fullmatch(text):
        return "missing"
    return "damaged" if _LIKE_A_NUMBER.match(text) else "word"


def _delimiter(lines: Sequence[str]) -> str | None:
    """Return the first delimiter that stands in every line, outside quotes."""
    bare = [_QUOTED.sub('""', line).strip() for line in lines]
    for delimiter in ("\t", ";", ","):
        if all(delimiter in line for line in bare):
            return delimiter
    return None if all(len(line.split()) > 1 for line in bare) else ","


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")
