"""CNPJ, CPF and ISIN: known numbers, and properties over generated ones."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lastro.core.errors import RequestError
from lastro.core.ids import cnpj_check_digits, format_cnpj, is_cnpj, is_cpf, is_isin, parse_cnpj

ALPHABET = string.digits + string.ascii_uppercase
BODIES = st.text(ALPHABET, min_size=12, max_size=12).filter(lambda body: body != "0" * 12)


@pytest.mark.parametrize(
    "cnpj",
    [
        "00000000000191",  # Banco do Brasil
        "33000167000101",  # Petrobras
        "60746948000112",  # Bradesco
        "12ABC34501DE35",  # Receita Federal's own example of the alphanumeric kind
    ],
)
def test_known_cnpjs(cnpj: str) -> None:
    assert is_cnpj(cnpj)
    assert parse_cnpj(format_cnpj(cnpj)) == cnpj


@pytest.mark.parametrize(
    "text",
    [
        "", "0" * 14, "0000000000019", "000000000001910", "00000000000192", "12abc34501de35",
        "12ABC34501DEA5", "00.000.000/0001-91", "٠٠٠٠٠٠٠٠٠٠٠١٩١", "00000000000191\n",
    ],
)  # fmt: skip
def test_what_is_no_cnpj(text: str) -> None:
    assert not is_cnpj(text)


@given(BODIES)
def test_right_check_digits_make_a_cnpj(body: str) -> None:
    assert is_cnpj(body + cnpj_check_digits(body))


@given(BODIES, st.integers(12, 13), st.integers(1, 9))
def test_one_check_digit_changed_unmakes_it(body: str, place: int, by: int) -> None:
    cnpj = body + cnpj_check_digits(body)
    assert not is_cnpj(cnpj[:place] + str((int(cnpj[place]) + by) % 10) + cnpj[place + 1 :])


@given(st.text(string.digits, min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_digit_of_the_body_changed_unmakes_it(body: str, place: int, by: int) -> None:
    changed = body[:place] + str((int(body[place]) + by) % 10) + body[place + 1 :]
    digits = cnpj_check_digits(body)
    assume(digits[0] != "0")  # rests 0 and 1 share the digit 0: there a change may hide
    assert not is_cnpj(changed + digits)


@pytest.mark.parametrize("text", ["12.abc.345/01de-35", " 12ABC345/01DE35 ", "12abc34501de35"])
def test_parse_reads_what_people_write(text: str) -> None:
    assert parse_cnpj(text) == "12ABC34501DE35"


@given(st.text())
def test_parse_gives_a_cnpj_or_an_error(text: str) -> None:
    try:
        found = parse_cnpj(text)
    except RequestError:
        return
    assert is_cnpj(found)


def test_error_says_what_a_cnpj_is() -> None:
    with pytest.raises(RequestError, match="is not a CNPJ") as caught:
        parse_cnpj("00.000.000/0001-92")
    assert "check digits" in caught.value.hint


def test_format() -> None:
    assert format_cnpj("12ABC34501DE35") == "12.ABC.345/01DE-35"


@pytest.mark.parametrize("cpf", ["11144477735", "52998224725"])
def test_known_cpfs(cpf: str) -> None:
    assert is_cpf(cpf)
    for place in range(11):
        for by in range(1, 10):
            changed = cpf[:place] + str((int(cpf[place]) + by) % 10) + cpf[place + 1 :]
            assert not is_cpf(changed)


@pytest.mark.parametrize(
    "text", ["", "11111111111", "00000000000", "1114447773", "111.444.777-35", "111444777350"]
)
def test_what_is_no_cpf(text: str) -> None:
    assert not is_cpf(text)


@pytest.mark.parametrize(
    "isin",
    ["BRPETRACNOR9", "BRPETRACNPR6", "BRVALEACNOR0", "BRITUBACNPR1", "BRTAEECDAM10", "BRKNRICTF007",
     "BRBOVACTF003", "BRAAPLBDR004", "US0378331005"],
)  # fmt: skip
def test_known_isins(isin: str) -> None:
    assert is_isin(isin)
    for by in range(1, 10):
        assert not is_isin(isin[:11] + str((int(isin[11]) + by) % 10))
    assert not is_isin(isin.lower())


@pytest.mark.parametrize(
    "text", ["", "BRPETRACNOR", "BRPETRACNOR99", "BRPETRAC OR9", "1RPETRACNOR9"]
)
def test_what_is_no_isin(text: str) -> None:
    assert not is_isin(text)
