"""What is good enough for a password, and its hash."""

from __future__ import annotations

import pytest

from lastro.core.errors import RequestError
from lastro.identity.passwords import Hasher, check_password


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(8, 1)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven char",
        "x" * 129,
        "passwordpassword",
        "PasswordPassword",
        "Senha-Segura-123",
        "corinthians1910",
        "abcdefghijklmnop",
        "987654321098",
        "0123456789012345",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "ababababababab",
        "maria.silva2026!",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(RequestError):
        check_password(password, "maria.silva@example.com", "Maria Silva")


@pytest.mark.parametrize(
    "password",
    ["quatro palavras bem soltas", "Tr0ub4dor&3-and-more", "x9#kQ2!mZ7@p", "ação é ônix 7"],
)
def test_good_passwords_are_taken(password: str) -> None:
    check_password(password, "maria.silva@example.com", "Maria Silva")


def test_a_hash_is_argon2id_and_matches_its_password_alone(hasher: Hasher) -> None:
    kept = hasher.hash("quatro palavras bem soltas")
    assert kept.startswith("$argon2id$")
    assert hasher.hash("quatro palavras bem soltas") != kept
    assert hasher.matches(kept, "quatro palavras bem soltas")
    assert not hasher.matches(kept, "quatro palavras bem solta")
    assert not hasher.matches("not a hash", "quatro palavras bem soltas")


def test_letters_that_look_the_same_are_the_same(hasher: Hasher) -> None:
    assert hasher.matches(hasher.hash("ação é ônix 7 e"), "ação é ônix 7 e")


def test_nobody_has_the_password_of_nobody(hasher: Hasher) -> None:
    assert not hasher.matches(None, "nobody has this password")


def test_other_parameters_make_a_hash_outdated(hasher: Hasher) -> None:
    kept = hasher.hash("quatro palavras bem soltas")
    assert not hasher.outdated(kept)
    assert Hasher(16, 1).outdated(kept)
    assert Hasher(16, 1).matches(kept, "quatro palavras bem soltas")
