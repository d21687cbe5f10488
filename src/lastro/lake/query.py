"""SQL over the lake: DuckDB reads the Delta tables' own files, and nothing else.

Read-only by construction, twice: the query's syntax tree may name the lake's tables alone
(``_sql_check``), and it runs in a database that holds just those, sees no other file and no network
(``_sql_engine``). Whoever is not at the machine asks through ``sql_house``, which adds limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import NotFoundError, RequestError
from lastro.lake import _sql_check
from lastro.lake._sql_engine import Job, Shown, connect, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import polars as pl

    from lastro.lake.catalog import View
    from lastro.lake.contract import Contract
    from lastro.lake.lake import AsOf, Lake


@dataclass(frozen=True)
class Question:
    """A query that may be asked.

    Attributes:
        query: One SELECT.
        tables: Contracts of the tables it reads, those beneath its views among them.
        views: Views it reads.
    """

    query: str
    tables: tuple[Contract, ...]
    views: tuple[View, ...]

    @property
    def layers(self) -> Collection[str]:
        """Layers it reads from: ``silver``, ``gold``, ``quarantine``, ``ops``..."""
        return {contract.layer for contract in self.tables}


def understand(query: str, contracts: Iterable[Contract], views: Iterable[View]) -> Question:
    """Read a query without running it.

    Args:
        query: One SELECT, in DuckDB's dialect.
        contracts: Tables that there are.
        views: Views that there are.

    Raises:
        RequestError: It is no SELECT, or reads something that is not a table of the lake.
    """
    held = {contract.name.lower(): contract for contract in contracts}
    seen = {view.name.lower(): view for view in views}
    names = _sql_check.names_in(query, {*held, *seen})
    chosen = [seen[name] for name in names if name in seen]
    beneath = [name for view in chosen for name in view.inputs if name in held]
    wanted = dict.fromkeys([*(name for name in names if name in held), *beneath])
    return Question(query, tuple(held[name] for name in wanted), tuple(chosen))


def functions() -> list[str]:
    """Names of the functions that a query may call, for whoever completes what is typed."""
    return _sql_check.functions()


def job_of(
    lake: Lake,
    question: Question,
    as_of: AsOf = None,
    limits: Mapping[str, int] | None = None,
    *,
    is_local: bool = False,
) -> Job:
    """All that a question needs to run: files and columns of its tables.

    Args:
        lake: The lake.
        question: What is asked.
        as_of: An instant; None is now.
        limits: ``memory`` (MB) and ``threads``; None leaves them to DuckDB.
        is_local: Whether the query runs in this process, which alone may open personal tables.

    Raises:
        RequestError: A table was never written, or not yet at that instant, or is personal.
    """
    personal = [contract.name for contract in question.tables if contract.personal]
    if personal and not is_local:
        raise RequestError(
            "The query cannot run: {reason}",
            hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
            reason=f"{personal[0]} speaks of people.",
        )
    return Job(
        query=question.query,
        tables=tuple(_shown(lake, contract, as_of) for contract in question.tables),
        views=tuple((view.name, view.sql) for view in question.views),
        root=lake.storage.url,
        options=lake.storage.frame_options,
        limits=limits or {},
    )


def _shown(lake: Lake, contract: Contract, as_of: AsOf) -> Shown:
    try:
        table = lake.delta(contract.name, as_of)
    except NotFoundError:
        raise RequestError(
            "The query cannot run: {reason}",
            hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
            reason=f"The table {contract.name} has nothing{'' if as_of is None else ' then'}.",
        ) from None
    return Shown(
        name=contract.name,
        columns=tuple(field.name for field in table.schema().fields),
        files=() if contract.personal else tuple(lake.files(contract.name, as_of)),
        partition=contract.partition,
        dated=contract[contract.partition].type.name == "date",
        ragged=contract.layer == "bronze",
    )


def run_query(
    lake: Lake,
    contracts: Iterable[Contract],
    views: Iterable[View],
    query: str,
    as_of: AsOf = None,
) -> pl.DataFrame:
    """Run one query in this process, without limits, and fetch its rows.

    Raises:
        RequestError: The query is wrong, or reaches for what it may not.
    """
    import polars as pl  # noqa: PLC0415

    question = understand(query, contracts, views)
    job = job_of(lake, question, as_of, is_local=True)
    personal = [contract for contract in question.tables if contract.personal]
    given = {contract.name: lake.scan(contract, as_of=as_of) for contract in personal}
    with connect(job, given) as connection:
        return pl.concat(rows_of(connection, job))
