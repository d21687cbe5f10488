from __future__ import annotations

import re

import pytest

from lastro.simulator.identities import complete_cnpjs, impossible_cpf, masked


def valid_digits(text: str) -> str:
    """The two digits of a CNPJ (14) or CPF (11) body, computed one character at a time."""
    longest = 9 if len(text) == 12 else 11
    for _ in range(2):
        total, weight = 0, 2
        for character in reversed(text):
            total += (ord(character) - 48) * weight
            weight = 2 if weight == longest else weight + 1
        text += str(0 if total % 11 < 2 else 11 - total % 11)
    return text[-2:]


@pytest.mark.parametrize(
    ("root", "cnpj"), [("00000000", "00000000000191"), ("33000167", "33000167000101")]
)
def test_a_known_root_gets_its_known_digits(root: str, cnpj: str) -> None:
    assert complete_cnpjs([root]).to_list() == [cnpj]


def test_digits_of_numbers_and_letters_agree_with_another_computation() -> None:
    roots = [f"9{letter}{n:06d}" for n, letter in enumerate("0123456789ABCXYZ" * 20)]
    cnpjs = complete_cnpjs(roots)
    assert all(cnpj[-2:] == valid_digits(cnpj[:-2]) for cnpj in cnpjs)
    assert cnpjs.str.len_chars().unique().to_list() == [14]


def test_the_mask_is_the_official_one() -> None:
    assert masked(complete_cnpjs(["00000000"])).to_list() == ["00.000.000/0001-91"]


def test_no_simulated_cpf_is_valid() -> None:
    cpfs = [impossible_cpf(number) for number in range(2000)]
    assert len(set(cpfs)) == 2000
    assert all(re.fullmatch(r"\d{11}", cpf) for cpf in cpfs)
    assert not any(cpf[-2:] == valid_digits(cpf[:-2]) for cpf in cpfs)
