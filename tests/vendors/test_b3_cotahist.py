"""COTAHIST's lines: unpacked within bounds, cut by bytes, none lost."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ParseError
from lastro.vendors import b3_cotahist as cotahist

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "00COTAHIST.2024BOVESPA 20240131".ljust(245)
FILES = {  # lines 01 of each real file, and whether its trailer counts its lines
    "COTAHIST_A2015.TXT": (6679, "6681 lines of 489117"),
    "COTAHIST_A2023.ZIP": (104_390, ""),
    "COTAHIST_D03022022.TXT.zip": (7261, ""),
    "COTAHIST_D23032021.ZIP": (6055, ""),
    "COTAHIST_D25032021.ZIP": (6212, ""),
    "edge/COTAHIST_A2022.TXT": (49, "no trailer"),
    "edge/COTAHIST_D04012016_header_trailer_unpadded.TXT": (504, "506 lines of 1745"),
    "edge/COTAHIST_D23032021_no_final_newline.TXT": (6055, ""),
    "edge/enco_toy.txt": (1, "3 lines of 392230"),
}


def record(name: str = "PETROBRAS", date: str = "20240131") -> str:
    return (
        f"01{date}02PETR4       010{name:<12}PN      N2   R$  "
        + "".join(f"{n:013d}" for n in (4010, 4055, 3990, 4021, 4040, 4039, 4041))
        + f"{36544:05d}{1234500:018d}{4963924500:018d}{0:013d}0999912310000001{0:013d}"
        + "BRPETRACNPR6163"
    )


def trailer(total: int) -> str:
    return f"99COTAHIST.2024BOVESPA 20240131{total:011d}".ljust(245)


def joined(*lines: str, end: str = "\r\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode("latin-1")


def zipped(**members: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


WHOLE = joined(HEADER, record(), trailer(3))


def test_the_layout_covers_a_line_without_a_gap() -> None:
    ends = [0, *(last for _, last in cotahist.PLACES.values())]
    assert [first for first, _ in cotahist.PLACES.values()] == [end + 1 for end in ends[:-1]]
    assert ends[-1] == cotahist.WIDTH == len(record())
    assert len(cotahist.PLACES) == 26


def test_a_line_is_cut_into_the_official_fields() -> None:
    lines = cotahist.read_lines("f", WHOLE)
    row = cotahist.cut(lines).row(0, named=True)
    assert lines.doubt == ""
    assert (row["_row"], row["TIPREG"], row["DATPRE"], row["CODBDI"]) == (1, "01", "20240131", "02")
    assert (row["CODNEG"], row["NOMRES"], row["ESPECI"]) == ("PETR4", "PETROBRAS", "PN      N2")
    assert (row["PRAZOT"], row["MODREF"], row["PREULT"]) == ("", "R$", "0000000004040")
    assert (row["QUATOT"], row["VOLTOT"]) == ("000000000001234500", "000000004963924500")
    assert (row["DATVEN"], row["FATCOT"], row["DISMES"]) == ("99991231", "0000001", "163")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("last", ["\r\n", "\n", ""])
def test_line_ends_padding_and_blank_lines_make_no_difference(end: str, last: str) -> None:
    text = joined(HEADER.rstrip(), record(), "", record(), "  ", trailer(4).rstrip(), end=end)
    lines = cotahist.read_lines("f", text.removesuffix(end.encode()) + last.encode())
    assert (lines.whole.height, lines.torn.height, lines.doubt) == (2, 0, "")


@pytest.mark.parametrize(
    "name", ["RIO MUDRIRÉ", "ÇÃO", "\x85\xa0\xff", 'A"B', "A;B,C\tD", "A\x01B"]
)
def test_a_letter_beyond_ascii_shifts_no_field(name: str) -> None:
    text = joined(HEADER, record(), record(name), record(), trailer(5))
    rows = cotahist.cut(cotahist.read_lines("f", text))
    assert rows["NOMRES"].to_list() == ["PETROBRAS", name, "PETROBRAS"]
    assert set(rows["CODISI"]) == {"BRPETRACNPR6"}
    assert set(rows["DISMES"]) == {"163"}


def test_torn_lines_are_kept_whole_in_their_place() -> None:
    short, other = record()[:100], f"02{record()[2:]}"
    lines = cotahist.read_lines(
        "f", joined(HEADER, record(), short, record(), other, f"{record()}9", trailer(7))
    )
    assert lines.whole["_row"].to_list() == [1, 3]
    assert lines.torn.select("_row", "_malformed").rows() == [
        (2, short), (4, other), (5, f"{record()}9")]  # fmt: skip
    assert lines.doubt == ""


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ([], "no trailer"),
        ([trailer(4)], "3 lines of 4"),
        ([trailer(3)[:38]], "3 lines of 0"),
        (["99COTAHIST.2024"], "unreadable trailer"),
        ([trailer(3)], ""),
    ],
)
def test_a_trailer_that_does_not_count_the_lines_is_a_doubt(last: list[str], said: str) -> None:
    assert cotahist.read_lines("f", joined(HEADER, record(), *last)).doubt == said


def test_files_joined_into_one_are_one() -> None:
    lines = cotahist.read_lines("f", WHOLE + WHOLE)
    assert (lines.whole["_row"].to_list(), lines.torn.height, lines.doubt) == ([1, 2], 0, "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"\r\n \r\n", "is empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"A;B;C\n1;2;3\n", "no COTAHIST header"),
        (b"PK\x03\x04 and no more", "damaged"),
        (zipped(**{"a.txt": WHOLE * 99})[:300], "damaged"),
        (zipped(), "nothing in the zip"),
        (zipped(**{"COTAHIST_A2024.TXT": b""}), "is empty"),
        (zipped(**{"a.txt": b"<html>"}), "web page"),
    ],
)
def test_what_is_no_data_is_refused_by_name(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        list(cotahist.members("strange.zip", body))
    assert "strange.zip" in caught.value.message


def test_a_damaged_member_is_refused() -> None:
    body = bytearray(zipped(**{"COTAHIST_A2024.TXT": joined(*(record() for _ in range(500)))}))
    body[120] ^= 0x5A
    with pytest.raises(ParseError, match="damaged"):
        list(cotahist.members("f.zip", bytes(body)))


def test_members_come_in_order_of_name_and_others_are_left() -> None:
    body = zipped(**{"b_COTAHIST.TXT": WHOLE, "a_cotahist.txt": WHOLE, "readme.txt": b"hello"})
    assert [name for name, _ in cotahist.members("f", body)] == ["a_cotahist.txt", "b_COTAHIST.TXT"]
    assert list(cotahist.members("f", zipped(data=WHOLE))) == [("data", WHOLE)]


BLANK = " \t\x0b\x0c\x85\xa0"  # as Unicode has it; Python takes four separators besides
LINE = st.one_of(
    st.just(record()),
    st.builds(lambda t: record()[:27] + t.ljust(12)[:12] + record()[39:],
              st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=12)),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=250),
)  # fmt: skip


@given(st.lists(LINE, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_every_line_comes_back(lines: list[str], end: str) -> None:
    found = cotahist.read_lines("f", joined(HEADER, *lines, end=end))
    rows = cotahist.cut(found).drop("_row").rows()
    padded = [
        "".join(field.ljust(last - first + 1)
                for field, (first, last) in zip(row, cotahist.PLACES.values(), strict=True))
        for row in rows
    ]  # fmt: skip
    back = dict(zip(found.whole["_row"], padded, strict=True))
    back |= dict(found.torn.select("_row", "_malformed").rows())
    outer = ("00COTAHIST", "99COTAHIST")
    kept = [line for line in lines if line.strip(BLANK) and not line.startswith(outer)]
    assert [back[number] for number in sorted(back)] == kept


@given(st.lists(LINE.map(lambda line: line.ljust(245)[:245]), max_size=6), st.booleans())
def test_even_lines_come_to_what_uneven_ones_do(lines: list[str], records: bool) -> None:  # noqa: FBT001
    text = joined(HEADER, *(f"01{line[2:]}" if records else line for line in lines), trailer(8))
    even, uneven = (cotahist.read_lines("f", body) for body in (text, text.rstrip(b"\r\n")))
    assert (even.even is not None) >= records
    assert uneven.even is None
    assert cotahist.cut(even).equals(cotahist.cut(uneven))
    assert even.torn.equals(uneven.torn)
    assert even.doubt == uneven.doubt


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_the_real_files_is_there(name: str, real_data: Path) -> None:
    count, doubt = FILES[name]
    body = (real_data / "b3" / "cotahist" / name).read_bytes()
    [(_, text)] = cotahist.members(name, body)
    lines = cotahist.read_lines(name, text)
    assert (lines.whole.height, lines.torn.height, lines.doubt) == (count, 0, doubt)
