"""CVM's files: unpacking within bounds, and cutting lines into fields without losing one."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ParseError
from lastro.vendors import cvm

CSV = b"A;B;C\r\n1;2;3\r\n4;5;6\r\n"
KNOWN = ("VL_QUOTA", "CNPJ_FUNDO")


def packed(members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", kind) as archive:
        for name, content in members.items():
            undated = zipfile.ZipInfo(name)  # tests are named by these bytes: ever the same
            archive.writestr(undated, content, kind)
    return body.getvalue()


def with_declared_size(body: bytes, size: int) -> bytes:
    """The zip, lying about how much its only member unpacks to."""
    lying = bytearray(body)
    struct.pack_into("<I", lying, body.index(b"PK\x01\x02") + 24, size)
    struct.pack_into("<I", lying, 22, size)
    return bytes(lying)


def rows(body: bytes) -> list[tuple[object, ...]]:
    frame = cvm.read_csv("f.zip", "f.csv", body, KNOWN).sort(cvm.ROW)
    return frame.drop(cvm.ROW, cvm.MALFORMED).rows()


def torn(body: bytes) -> list[tuple[int, str]]:
    frame = cvm.read_csv("f.zip", "f.csv", body, KNOWN).sort(cvm.ROW)
    return frame.filter(frame[cvm.MALFORMED].is_not_null()).select(cvm.ROW, cvm.MALFORMED).rows()


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_members_come_in_order_of_name_and_only_csvs(kind: int) -> None:
    body = packed({"b.csv": b"b", "a.CSV": CSV, "readme.txt": b"no"}, kind)
    assert list(cvm.members("f.zip", body)) == [("a.CSV", CSV), ("b.csv", b"b")]


def test_a_bare_csv_is_its_own_member() -> None:
    assert list(cvm.members("f.csv", CSV)) == [("f.csv", CSV)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>;</html>", "web page"),
        (b"\n <HTML>;", "web page"),
        (b"<?xml version='1.0'?>;", "web page"),
        (b"just words", "neither a zip"),
        (b"%PDF-1.7\x00;;;", "neither a zip"),
        (packed({"a.csv": CSV * 99})[:60], "damaged"),
        (packed({"readme.txt": b"no data"}), "no CSV"),
        (packed({}), "no CSV"),
        (packed({"a.csv": CSV}, zipfile.ZIP_BZIP2), "packed"),
        (packed({"a.csv": CSV}, zipfile.ZIP_LZMA), "packed"),
    ],
)
def test_what_is_no_data_is_refused_by_name(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        list(cvm.members("strange.zip", body))
    assert "strange.zip" in caught.value.message


def test_a_damaged_zip_never_passes_and_never_breaks_out() -> None:
    """Any damage is a ParseError, or leaves the content as it was."""
    dice = random.Random(7)  # noqa: S311 - reproducible, not secret
    whole = packed({"a.csv": CSV * 50, "b.csv": CSV * 9})
    content = list(cvm.members("f.zip", whole))
    refused = 0
    for _ in range(1500):
        body = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            body[dice.randrange(2, len(body))] = dice.randrange(256)
        try:
            found = dict(cvm.members("f.zip", bytes(body[: dice.choice([None, None, 150, -3])])))
        except ParseError:
            refused += 1
        else:
            assert set(found.values()) <= {text for _, text in content}
    assert refused > 500


def test_a_member_that_declares_too_much_is_not_unpacked() -> None:
    body = with_declared_size(packed({"a.csv": CSV}), (4 << 30) - 2)
    with pytest.raises(ParseError, match="would unpack to"):
        list(cvm.members("f.zip", body))


@pytest.mark.parametrize("declared", [10, 1 << 20])
def test_a_bomb_that_declares_little_is_unpacked_no_further(declared: int) -> None:
    bomb = packed({"a.csv": b"0" * (1 << 28)})
    assert len(bomb) < 1 << 20
    lying = with_declared_size(bomb, declared)
    tracemalloc.start()
    try:
        with pytest.raises(ParseError, match="size or checksum"):
            list(cvm.members("f.zip", lying))
        assert tracemalloc.get_traced_memory()[1] < 1 << 23
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [
        b"A;B\r\n1;2\r\n3;4\r\n",
        b"A;B\n1;2\n3;4\n",
        b"A;B\r\n1;2\r\n3;4",
        b"A;B\n1;2\n3;4",
        b"\xef\xbb\xbfA;B\n1;2\n3;4\n",
        b"A;B\n1;2\n\n3;4\n\n",
        b"A;B\r\n1;2\n3;4\r\n",
    ],
)
def test_line_ends_and_marks_make_no_difference(body: bytes) -> None:
    assert rows(body) == [("1", "2"), ("3", "4")]
    assert torn(body) == []


def test_headers_are_known_in_any_case_and_behind_a_byte_order_mark() -> None:
    frame = cvm.read_csv("f", "f", b"\xef\xbb\xbfvl_quota; Cnpj_Fundo ;Novo\n1;2;3\n", KNOWN)
    assert frame.columns[:3] == ["VL_QUOTA", "CNPJ_FUNDO", "Novo"]


def test_text_is_latin_1_unless_it_says_otherwise() -> None:
    assert rows("A;B\nAÇÕES;É\n".encode("latin-1")) == [("AÇÕES", "É")]
    assert rows(b"\xef\xbb\xbf" + "A;B\nAÇÕES;É\n".encode()) == [("AÇÕES", "É")]


def test_quotes_are_letters_like_others() -> None:
    assert rows(b'A;B\n"1;2\n3;FUNDO "4"\n"5";"6\n') == [
        ('"1', "2"), ("3", 'FUNDO "4"'), ('"5"', '"6')]  # fmt: skip


def test_blanks_stay_blank() -> None:
    assert rows(b"A;B;C\n;;\n ; ;\n1;;3\n") == [("", "", ""), (" ", " ", ""), ("1", "", "3")]


def test_torn_lines_are_kept_whole_in_their_place() -> None:
    body = b"A;B;C\r\n1;2;3\r\n4;5\r\n6;7;8;9\r\nx\r\n10;11;12\r\n"
    assert torn(body) == [(2, "4;5"), (3, "6;7;8;9"), (4, "x")]
    assert rows(body)[0] == ("1", "2", "3")
    assert rows(body)[4] == ("10", "11", "12")


@pytest.mark.parametrize("odd", ["\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\xa0"])
def test_odd_bytes_in_a_field_tear_no_line(odd: str) -> None:
    body = f"A;B\nFUNDO{odd}X;1\ntorn\n".encode("latin-1")
    assert rows(body)[0] == (f"FUNDO{odd}X", "1")
    assert torn(body) == [(2, "torn")]


@pytest.mark.parametrize("body", [b"\n\n", b"A;A\n1;2\n", b"word\n1;2\n"])
def test_a_file_without_a_header_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="no header"):
        cvm.read_csv("f", "f", body, KNOWN)


@pytest.mark.parametrize("body", [b"A;B", b"A;B\n", b"A;B\r\n\r\n"])
def test_a_header_alone_has_no_rows(body: bytes) -> None:
    assert rows(body) == []


FIELD = st.text(
    st.characters(codec="latin-1", exclude_characters=";\n\r"), max_size=6
)  # what may stand between two separators


@given(
    st.lists(st.lists(FIELD, min_size=1, max_size=5), max_size=12), st.sampled_from(["\n", "\r\n"])
)
def test_every_line_comes_back(lines: list[list[str]], end: str) -> None:
    joined = [";".join(fields) for fields in lines]
    written = [line for line in joined if line.strip()]
    body = end.join(["A;B;C", *joined]).encode("latin-1")
    frame = cvm.read_csv("f", "f", body, KNOWN).sort(cvm.ROW)
    back = [
        row[cvm.MALFORMED] if row[cvm.MALFORMED] is not None else ";".join(
            row[name] for name in "ABC"
        )
        for row in frame.to_dicts()
    ]  # fmt: skip
    assert back == written
    assert all(b - a == 1 for a, b in pairwise([0, *frame[cvm.ROW]]))


def test_a_missing_column_is_named_with_file_and_member() -> None:
    with pytest.raises(ParseError) as caught:
        cvm.require("f.zip", "m.csv", ["A", "B", "_row"], ["A", "VL_QUOTA"])
    assert caught.value.message == "f.zip: m.csv has no column VL_QUOTA; its header is A;B."
