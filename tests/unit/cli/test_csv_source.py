"""Tables of text: how they are recognised, and what is said about the damaged ones."""

import numpy as np
import pytest

from mogul.cli.csv_source import CsvSource
from mogul.cli.csv_text import complaint_about, is_header
from mogul.cli.errors import DataFileError
from mogul.errors import EmptyDataError


def source(text):
    return CsvSource.from_bytes(text if isinstance(text, bytes) else text.encode(), "data.csv")


def all_of(text):
    table = source(text)
    return table.read(range(table.n_columns)).tolist()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\n1,2\n3,4\n", ("a", "b")),
        ("a;b\n1;2\n3;4\n", ("a", "b")),
        ("a\tb\n1\t2\n3\t4\n", ("a", "b")),
        ("a b\n1 2\n3 4\n", ("a", "b")),
        ("  a   b \n 1   2\n 3 4   \n", ("a", "b")),
        ('"a" "b"\n1 2\n3 "4"\n', ("a", "b")),
        ("a, b\n1, 2\n3, 4\n", ("a", "b")),
        ("1,2\n3,4\n", None),
        ("1 2\n3 4", None),
        ("1;2\r\n3;4\r\n", None),
        ("1,2\r3,4\r", None),
        ("\ufeffa,b\n1,2\n3,4\n", ("a", "b")),
        ("\ufeff1,2\n3,4\n", None),
        ("# a comment, with commas\n\na,b\n# another\n1,2\n\n   \n  # third\n3,4\n\n", ("a", "b")),
        ('"a","b"\n"1","2"\n"3","4"\n', ("a", "b")),
        ('"a, the first","b ""quoted"""\n1,2\n3,4\n', ("a, the first", 'b "quoted"')),
        ("eruption time,größe\n1.0,2\n+3,4e0\n", ("eruption time", "größe")),
        ("year,2019\n1,2\n3,4\n", ("year", "2019")),
        ("1st,2nd\n1,2\n3,4\n", ("1st", "2nd")),
        ("Na,K\n1,2\n3,4\n", ("Na", "K")),
        (",a\n1,2\n3,4\n", ("", "a")),
    ],
)
def test_delimiters_headers_comments_and_quotes(text, names):
    table = source(text)
    assert table.names == names
    assert table.n_columns == 2
    assert table.read([0, 1]).tolist() == [[1, 2], [3, 4]]
    assert table.read([1]).tolist() == [[2], [4]]
    assert table.read([1, 0]).tolist() == [[2, 1], [4, 3]]


def test_one_column():
    assert all_of("3.5\n1\n") == [[3.5], [1]]
    assert source("waiting time\n3.5\n").names == ("waiting time",)


def test_columns_that_nobody_asks_for_may_hold_anything():
    text = 'id,x,note,y\nA#1,1,"x, y\nz",2\nB,3,,4\n"#C",5,ü,6\n'
    table = source(text)
    assert table.read([1, 3]).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_every_float_is_read_to_the_last_bit():
    values = np.random.default_rng(0).standard_normal(2000) * 10.0 ** np.arange(-300, 300, 0.3)
    text = "\n".join(map(repr, values.tolist()))
    assert source(text).read([0])[:, 0].tobytes() == values.tobytes()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b\n1,2\n3,x\n", r"data.csv, line 3, column 2 \('b'\): 'x' is not a number\. .*--columns"),
        ("1,2\n3,x\n", "data.csv, line 2, column 2: 'x' is not a number"),
        ("a,b\n\n# c\n1,2\n3,\n", r"line 5, column 2 \('b'\): the value is missing\. Fill it in"),
        ("a,b\n1,NA\n", r"line 2, column 2 \('b'\): the value is missing \(NA\)"),
        ("NA,3.5\n1,2\n", r"line 1, column 1: the value is missing \(NA\)"),
        ("a,b\n1,nan\n", r"the value is missing \(nan\)"),
        ("a,b\n1,-inf\n", "-inf is not finite"),
        ("a,b\n1,1e999\n", "'1e999' is too large for a float64"),
        ("a;b\n1;2,5\n", r"2,5 has a decimal comma\. Write 2\.5\."),
        ("5.l,3.5\n1,2\n", "line 1, column 1: '5.l' is not a number"),
        ("a,b\n1,1_000\n", "'1_000' is not a number"),
        ("a,b\n1,0x10\n", "'0x10' is not a number"),
        ("a,b\n1,٣\n", "'٣' is not a number"),
        ("a,b\n1," + "y" * 99, "'y{40}...' is not a number"),
        ("a,b\n1,2\n3\n", "line 3 has 1 fields, but line 1 has 2, separated by commas"),
        ("a b\n1 2\n3 4 5\n", "line 3 has 3 fields, but line 1 has 2, separated by spaces"),
        ('a,b\n1,"2\n3,4\n', "line 2"),
        ('a,b\n"x\ny",1\n3,z\n', r"line 2, column 1 \('a'\)"),
        (b"a,b\n1,\xff\n", "not UTF-8 text .byte 0xff."),
        (b"\x1f\x8b\x08\x00", "not UTF-8 text .byte 0x8b.*Unpack it"),
        ("a,b\n1," + "9" * 200_000, "cannot be split|is not a number|too large"),
    ],
)
def test_damage_is_located(text, complaint):
    with pytest.raises(DataFileError, match=complaint):
        all_of(text)


def test_a_row_of_the_wrong_length_is_noticed_even_if_the_wanted_columns_are_there():
    with pytest.raises(DataFileError, match="line 3 has 2 fields, but line 1 has 3"):
        source("a,b,c\n1,x,3\n4,5\n").read([0])
    with pytest.raises(DataFileError, match="line 3 has 4 fields"):
        source("a,b,c\n1,x,3\n4,y,5,6\n").read([0, 2])


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_called_empty(text):
    with pytest.raises(EmptyDataError, match="data.csv is empty"):
        source(text)


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a,b\n\n#\n"])
def test_a_header_alone_is_no_data(text):
    with pytest.raises(EmptyDataError, match="has a header but no rows"):
        all_of(text)


def test_the_careful_reader_reads_what_the_fast_one_reads():
    text = "a;b\n" + "".join(f"{i / 7!r};{i * 1e17!r}\n" for i in range(500))
    table = source(text)
    assert table._read_fast([0, 1]).tobytes() == table._read_carefully([0, 1]).tobytes()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["a", "b"], ["1", "2"], True),
        (["a", "b"], None, True),
        (["a", "b"], ["c", "d"], True),
        (["1", "b"], ["1", "2"], True),
        (["5.1", "setosa"], ["4.9", "setosa"], False),
        (["5.1", "b"], ["4.9", "2"], False),
        (["3", "x"], ["4", "y"], False),
        (["", ""], ["1", "2"], False),
        (["1", "2"], None, False),
        (["5.l"], ["1"], False),
    ],
)
def test_what_counts_as_a_header(first, second, expected):
    assert is_header(first, second) is expected


@pytest.mark.parametrize("text", ["1", "-1.5", "+.5", "1.", "1e5", "1E-5", "0" * 50])
def test_what_counts_as_a_number(text):
    assert complaint_about(text) is None
