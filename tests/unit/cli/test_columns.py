"""Which columns a command uses."""

import click
import pytest

from mogul.cli.columns import column_number, parse_columns


@pytest.mark.parametrize(
    ("text", "entries"),
    [("a,b", ["a", "b"]), (" a , 3", ["a", "3"]), ('"a, b",c', ["a, b", "c"]), ("größe", ["größe"])],
)
def test_entries_are_split_at_commas_outside_quotes(text, entries):
    assert parse_columns(text) == entries


@pytest.mark.parametrize("text", ["", ",", "a,,b", "a, "])
def test_empty_entries_are_refused(text):
    with pytest.raises(click.UsageError, match="empty entry"):
        parse_columns(text)


def test_a_name_goes_before_a_number():
    assert column_number("2", ["2", "1"], 2, "data") == 0
    assert column_number("2", ["a", "b"], 2, "data") == 1
    with pytest.raises(click.UsageError, match="no column 0"):
        column_number("0", ["a", "b"], 2, "data")
