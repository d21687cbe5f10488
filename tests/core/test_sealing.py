"""Sealed bytes: opened by the right key for the right purpose, and by nothing else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ConfigError, DataError, LastroError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer, is_sealed

MIB = 1 << 20
OLD, NEW = LocalMaster(b"o" * 32), LocalMaster(b"n" * 32)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_and_does_not_show(plain: bytes, context: str) -> None:
    sealer = Sealer(OLD)
    sealed = sealer.seal(plain, context)
    assert sealer.open(sealed, context) == plain
    assert is_sealed(sealed)
    assert len(plain) < 8 or plain not in sealed
    assert sealer.seal(plain, context) != sealed  # equal values do not look equal


@given(st.binary(max_size=40), st.data())
def test_any_changed_byte_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(Sealer(OLD).seal(plain, "users.totp"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((ConfigError, DataError)):
        Sealer(OLD).open(bytes(sealed), "users.totp")


@given(st.binary(max_size=40), st.data())
def test_a_shortened_value_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = Sealer(OLD).seal(plain, "c")
    with pytest.raises(DataError):
        Sealer(OLD).open(sealed[: data.draw(st.integers(0, len(sealed) - 1))], "c")


@given(st.text(max_size=10), st.text(max_size=10))
def test_a_value_does_not_open_for_another_purpose(one: str, other: str) -> None:
    sealer = Sealer(OLD)
    sealed = sealer.seal(b"secret", one)
    if one == other:
        assert sealer.open(sealed, other) == b"secret"
    else:
        with pytest.raises(DataError, match="changed or belong"):
            sealer.open(sealed, other)


@given(st.binary(max_size=100))
def test_a_rewrapped_value_opens_by_the_new_key_alone(plain: bytes) -> None:
    sealed = Sealer(OLD).seal(plain, "c")
    both = Sealer(NEW, [OLD])
    assert both.open(sealed, "c") == plain
    assert not both.is_current(sealed)
    rewrapped = both.rewrap(sealed, "c")
    assert both.is_current(rewrapped)
    assert Sealer(NEW).open(rewrapped, "c") == plain
    assert rewrapped[-16 - len(plain) :] == sealed[-16 - len(plain) :]  # the value stayed
    with pytest.raises(ConfigError):
        Sealer(OLD).open(rewrapped, "c")


def test_a_wrong_key_is_named_and_so_is_the_wanted_one() -> None:
    sealed = Sealer(OLD).seal(b"x", "users.totp")
    with pytest.raises(ConfigError) as caught:
        Sealer(NEW).open(sealed, "users.totp")
    assert OLD.id.hex() in caught.value.message
    assert NEW.id.hex() in caught.value.message
    assert "users.totp" in caught.value.message
    assert "LASTRO_KEYS__FORMER" in caught.value.hint


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 7])
@pytest.mark.parametrize("cut", [1000, MIB, 10 * MIB])
def test_large_values_go_by_chunks(size: int, cut: int) -> None:
    plain = os.urandom(size)
    sealer = Sealer(OLD)
    pieces = list(sealer.seal_chunks(plain, "landing/a"))
    assert max(map(len, pieces)) <= MIB + 100
    sealed = b"".join(pieces)
    assert sealer.open_chunks(_cut(sealed, cut), "landing/a") == plain
    rewrapped = Sealer(NEW, [OLD]).rewrap(sealed, "landing/a")
    assert Sealer(NEW).open_chunks([rewrapped], "landing/a") == plain


def _refused(sealed: bytes, context: str = "landing/a") -> None:
    with pytest.raises(LastroError):
        Sealer(OLD).open_chunks([sealed], context)


def test_chunks_cannot_be_dropped_swapped_or_added() -> None:
    pieces = list(Sealer(OLD).seal_chunks(os.urandom(3 * MIB), "landing/a"))
    head, first, second, third = pieces
    assert Sealer(OLD).open_chunks(pieces, "landing/a")
    for changed in (
        [head, first, second], [head, first], [head], [head, second, first, third],
        [head, first, third], [*pieces, third], [*pieces, b"\0"], [],
    ):  # fmt: skip
        _refused(b"".join(changed))
    _refused(b"".join(pieces), "landing/b")


@given(st.data())
def test_any_changed_byte_of_a_chunk_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(b"".join(Sealer(OLD).seal_chunks(b"plain text", "landing/a")))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    _refused(bytes(sealed))


def test_a_whole_value_is_no_chunked_one() -> None:
    sealer = Sealer(OLD)
    with pytest.raises(DataError):
        sealer.open_chunks([sealer.seal(b"x", "c")], "c")
    with pytest.raises(DataError):
        sealer.open(b"".join(sealer.seal_chunks(b"x", "c")), "c")
    with pytest.raises(DataError):
        sealer.open(b"never sealed", "c")


def test_threads_share_a_sealer() -> None:
    sealer = Sealer(OLD)

    def work(number: int) -> bool:
        plain = str(number).encode()
        return sealer.open(sealer.seal(plain, "c"), "c") == plain

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
