"""Columns that both engines agree on: sealed text above all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert, select, type_coerce

from lastro.core.errors import ConfigError, DataError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.store.base import Sealed
from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "ana@exemplo.com.br, ação 🪙"
_COLUMNS = MetaData()
SECRETS = Table(
    "secrets_of_a_test", _COLUMNS,
    Column("id", Integer, primary_key=True),
    Column("email", Sealed("test.email")),
    Column("phone", Sealed("test.phone")),
)  # fmt: skip


@pytest.fixture
def sealed(address: str) -> Iterator[Store]:
    store = Store(address, Sealer(LocalMaster(b"k" * 32)))
    store.migrate()
    with store.session() as session:
        _COLUMNS.create_all(session.connection())
        session.execute(insert(SECRETS).values(id=1, email=TEXT))
    yield store
    store.close()


def test_sealed_text_comes_back_and_lies_encrypted(sealed: Store) -> None:
    raw = type_coerce(SECRETS.c.email, LargeBinary)
    with sealed.reading() as session:
        assert session.execute(select(SECRETS.c.email, SECRETS.c.phone)).one() == (TEXT, None)
        lying = session.scalar(select(raw))
        assert lying is not None
        assert b"exemplo" not in lying
        assert session.scalar(select(SECRETS.c.id).where(SECRETS.c.email == TEXT)) is None


def test_bytes_moved_to_another_column_do_not_open(sealed: Store) -> None:
    with sealed.session() as session:
        session.execute(SECRETS.update().values(phone=type_coerce(SECRETS.c.email, LargeBinary)))
    with pytest.raises(DataError), sealed.reading() as session:
        session.execute(select(SECRETS.c.phone)).one()


def test_a_wrong_key_is_a_clear_error(sealed: Store, address: str) -> None:
    other = Store(address, lambda: Sealer(LocalMaster(b"x" * 32)))
    with pytest.raises(ConfigError), other.reading() as session:
        session.execute(select(SECRETS.c.email)).one()
    other.close()


def test_a_store_without_a_key_says_so(sealed: Store, address: str) -> None:
    other = Store(address, None)
    with pytest.raises(ConfigError, match="no key was given"), other.reading() as session:
        session.execute(select(SECRETS.c.email)).one()
    with other.reading() as session:
        assert session.scalar(select(SECRETS.c.id)) == 1
    with pytest.raises(ConfigError, match="no key was given"), other.session() as session:
        session.execute(insert(SECRETS).values(id=2, email=TEXT))
    other.close()
