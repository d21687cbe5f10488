"""Identifiers: CNPJ (numeric and alphanumeric), CPF and ISIN.

Source: Receita Federal, IN RFB 2.229/2024. A CNPJ has 14 characters of text: 12 of ``0-9A-Z`` and
two numeric check digits; the value of a character is its ASCII code less 48. Never an integer.
"""

from __future__ import annotations

import re

from lastro.core.errors import RequestError

CNPJ_PATTERN = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)  # of the second digit; the first drops the 6
ISIN_PATTERN = re.compile(r"[A-Z]{2}[0-9A-Z]{9}[0-9]")
_MASKS = str.maketrans("", "", "./- ")


def _cnpj_digit(body: str) -> str:
    weights = CNPJ_WEIGHTS[-len(body) :]
    rest = sum((ord(c) - 48) * w for c, w in zip(body, weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)


def cnpj_check_digits(body: str) -> str:
    """The two check digits of the first 12 characters of a CNPJ."""
    first = _cnpj_digit(body)
    return first + _cnpj_digit(body + first)


def is_cnpj(text: str) -> bool:
    """Whether 14 unpunctuated characters are a CNPJ with right check digits."""
    return (
        CNPJ_PATTERN.fullmatch(text) is not None
        and text != "0" * 14
        and cnpj_check_digits(text[:12]) == text[12:]
    )


def parse_cnpj(text: str) -> str:
    """Read a CNPJ as people write it: with or without points, in either case.

    Returns:
        Its 14 characters in upper case.

    Raises:
        RequestError: It is no CNPJ.
    """
    plain = text.translate(_MASKS).upper()
    if not is_cnpj(plain):
        raise RequestError(
            "'{text}' is not a CNPJ.",
            hint="A CNPJ has 14 characters and its last two are check digits: 00.000.000/0001-91.",
            text=text,
        )
    return plain


def format_cnpj(cnpj: str) -> str:
    """Punctuate 14 characters as people read them: 00.000.000/0001-91."""
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


def is_cpf(text: str) -> bool:
    """Whether 11 unpunctuated digits are a CPF with right check digits."""
    if re.fullmatch(r"[0-9]{11}", text) is None or len(set(text)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(c) * w for c, w in zip(text, range(length + 1, 1, -1), strict=False))
        rest = total % 11
        if text[length] != ("0" if rest < 2 else str(11 - rest)):
            return False
    return True


def isin_check_digit(body: str) -> str:
    """The check digit of the first 11 characters of an ISIN (ISO 6166).

    Letters become 10 to 35, and every second digit from the right is doubled (Luhn).
    """
    digits = [int(digit) for char in body for digit in str(int(char, 36))]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[::-2])
    return str(-(doubled + sum(digits[-2::-2])) % 10)


def is_isin(text: str) -> bool:
    """Whether 12 characters are an ISIN with a right check digit."""
    return ISIN_PATTERN.fullmatch(text) is not None and isin_check_digit(text[:11]) == text[11]
