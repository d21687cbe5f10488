"""The registry: a snapshot a day, and no person's CPF anywhere in what is kept."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ParseError
from lastro.simulator.market import SimulatedMarket
from lastro.sources.cvm_registry import SOURCE, mask, parse, plan, redact

TODAY = dt.date(2024, 2, 10)
FUND = b"ID_Registro_Fundo;CNPJ_Fundo;Denominacao_Social;Tipo_Pessoa_Gestor;CPF_CNPJ_Gestor;Gestor"
CLASS = b"ID_Registro_Fundo;ID_Registro_Classe;CNPJ_Classe;Denominacao_Social"
SUBCLASS = b"ID_Registro_Classe;ID_Subclasse;Denominacao_Social"
ELEVEN = re.compile(rb"(?<!\d)\d{11}(?!\d)|\d{3}\.\d{3}\.\d{3}-\d{2}")


def registry(*funds: str, end: bytes = b"\r\n") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [FUND, *(line.encode("latin-1") for line in funds)]
        archive.writestr("registro_fundo.csv", b"\r\n".join(lines) + end)
        archive.writestr("registro_classe.csv", CLASS + b"\r\n1;10;90000000000100;CLASSE\r\n")
        archive.writestr("registro_subclasse.csv", SUBCLASS + b"\r\n10;SUB1;SUBCLASSE\r\n")
    return body.getvalue()


def funds_of(body: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read("registro_fundo.csv").splitlines()[1:]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("1;90;F;PF;12345678909;ANA", "1;90;F;PF;***.456.789-**;ANA"),
        ("1;90;F;PF;123.456.789-09;ANA", "1;90;F;PF;***.456.789-**;ANA"),
        ("1;90;F;PF; 12345678909 ;ANA", "1;90;F;PF;***.456.789-**;ANA"),
        ("1;90;F;PF;1234567890;ANA", "1;90;F;PF;***.345.678-**;ANA"),
        ("1;90;F;PF;;ANA", "1;90;F;PF;;ANA"),
        ("1;90;F;PJ;90000000000100;ANA", "1;90;F;PJ;90000000000100;ANA"),
        ("1;90;F;;12345678909;ANA", "1;90;F;;***.456.789-**;ANA"),
        ("1;90;F;PJ;90;12345678909", "1;90;F;PJ;90;***.456.789-**"),
        ("12345678909;90;F;PJ;90;ANA", "***.456.789-**;90;F;PJ;90;ANA"),
        ("1;90;FUNDO DE ANA 123.456.789-09;PJ;90;G", "1;90;FUNDO DE ANA ***.456.789-**;PJ;90;G"),
        ("torn;123.456.789-09", "torn;***.456.789-**"),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b""])
def test_a_persons_number_is_masked_wherever_it_stands(line: str, kept: str, end: bytes) -> None:
    assert funds_of(redact("r.zip", registry(line, end=end))) == [kept.encode()]


def test_a_mask_keeps_the_middle_six_digits() -> None:
    assert mask("123.456.789-09") == mask("12345678909") == "***.456.789-**"
    assert mask("00000000191") == "***.000.001-**"


def test_the_same_bytes_come_out_each_time_and_masking_twice_is_masking_once() -> None:
    body = registry("1;90;F;PF;12345678909;ANA", "2;91;G;PF;98765432100;RUI")
    once = redact("r.zip", body)
    assert redact("r.zip", body) == once
    assert redact("r.zip", once) == once


def test_the_simulated_registry_keeps_no_number_and_its_label() -> None:
    body = SimulatedMarket(3, 2000, dt.date(2024, 1, 1), 1).registry_zip(TODAY)
    kept = redact("r.zip", body)
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(io.BytesIO(kept)) as after:
        assert after.comment == before.comment
        assert sorted(after.namelist()) == sorted(before.namelist())
        assert any(ELEVEN.search(before.read(name)) for name in before.namelist())
        assert not any(ELEVEN.search(after.read(name)) for name in after.namelist())


@given(st.lists(st.integers(0, 99_999_999_999), min_size=1, max_size=5), st.booleans())
def test_no_number_survives(numbers: list[int], points: bool) -> None:  # noqa: FBT001
    written = [f"{number:011d}" for number in numbers]
    if points:
        written = [f"{n[:3]}.{n[3:6]}.{n[6:9]}-{n[9:]}" for n in written]
    kept = b"\n".join(funds_of(redact("r.zip", registry(*(f"1;9;F;PF;{n};A" for n in written)))))
    assert not ELEVEN.search(kept)
    assert not any(number.encode() in kept for number in written)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", FUND, registry("1;90;F;PF;12345678909;ANA")[:-40], b"PK\x03\x04 and no more"],
)
def test_what_cannot_be_cleaned_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"r\.zip cannot be read") as caught:
        redact("r.zip", body)
    assert "not kept" in caught.value.hint


def test_a_damaged_member_is_refused_and_not_kept() -> None:
    body = bytearray(registry(*(f"{n};90;F;PF;12345678909;ANA" for n in range(90))))
    for place in range(60, 110):
        body[place] ^= 0x5A
    with pytest.raises(ParseError, match="damaged"):
        redact("r.zip", bytes(body))


def test_a_snapshot_holds_the_three_records_under_the_day_it_landed() -> None:
    (period,) = parse("r.zip", registry("1;90;F;PJ;91;G", "2;92;H;PJ;93;G"), TODAY)
    assert (period.name, period.month) == ("2024-02-10", dt.date(2024, 2, 1))
    assert period.text["_member"].to_list() == ["classe", "fundo", "fundo", "subclasse"]
    assert period.text["_row"].to_list() == [1, 2, 3, 4]
    assert set(period.text["_snapshot"]) == {"2024-02-10"}


def test_a_registry_without_a_member_or_a_column_is_refused() -> None:
    whole = registry("1;90;F;PJ;91;G")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("registro_fundo.csv", FUND + b"\n")
    with pytest.raises(ParseError, match=r"registro_subclasse\.csv"):
        list(parse("r.zip", body.getvalue(), TODAY))
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(body, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(b"CNPJ_Classe", b"CNPJ"))
    with pytest.raises(ParseError, match=r"registro_classe\.csv has no column CNPJ_Classe"):
        list(parse("r.zip", body.getvalue(), TODAY))


def test_the_past_cannot_be_asked_for() -> None:
    assert plan(dt.date(2023, 1, 1), dt.date(2023, 12, 31), TODAY) == []
    (file,) = plan(TODAY, TODAY, TODAY)
    assert file.path == "FI/CAD/DADOS/registro_fundo_classe.zip"
    assert SOURCE.published is None
