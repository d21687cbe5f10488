"""Quality: checks that flag or set aside, the quarantine, and what a re-publication changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from lastro.lake._polars import MALFORMED, REASON, ROW, schema
from lastro.lake._rows import distinct
from lastro.lake.contract import INSTANT, INTEGER, TEXT, Column, Contract

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.lake.catalog import Frame

FLAGS = "flags"
AVAILABLE = "available_at"
TECHNICAL = (ROW, MALFORMED)


def quarantine_contract(table: Contract) -> Contract:
    """The contract of a table's quarantine: rows set aside, whole, with the reason."""
    return Contract(
        name=f"quarantine.{table.table}",
        title=f"Rows set aside on the way to {table.name}, with the reason.",
        pt=f"Linhas separadas a caminho de {table.name}, com o motivo.",
        columns=(
            Column(table.partition, table[table.partition].type, "partição", "Partition."),
            Column(REASON, TEXT, "motivo", "Codes of what was wrong, joined by commas."),
            Column("record", TEXT, "registro", "The row as published, its fields joined by ';'."),
            Column("file", TEXT, "arquivo", "Landing key of the file it came in."),
            Column("row", INTEGER, "linha", "Its place among the file's rows, from 1."),
            Column("run_id", TEXT, "execução", "Run that set it aside."),
            Column("seen_at", INSTANT, "visto em", "When the file was first seen."),
        ),
        key=("file", "row", REASON),
        partition=table.partition,
        personal=table.personal,
    )


RESTATEMENTS = Contract(
    name="ops.restatements",
    title="What re-published files changed: restated values and withdrawn rows.",
    pt="O que arquivos republicados mudaram: valores revistos e linhas retiradas.",
    columns=(
        Column("event", TEXT, "evento", "The re-publication: partition and new fingerprint."),
        Column("table", TEXT, "tabela", "Table it changed."),
        Column("month", TEXT, "mês", "Partition it changed."),
        Column("kind", TEXT, "tipo", "restated, or withdrawn."),
        Column("key", TEXT, "chave", "The row's key, joined by ' | '."),
        Column("column", TEXT, "coluna", "The column restated; blank for a withdrawn row."),
        Column("before", TEXT, "antes", "Its value before."),
        Column("after", TEXT, "depois", "Its value now; blank for a withdrawn row."),
        Column("file", TEXT, "arquivo", "Landing key of the file that changed it."),
        Column("seen_at", INSTANT, "visto em", "When that file was first seen."),
        Column("run_id", TEXT, "execução", "Run that noticed."),
    ),
    key=("event", "kind", "key", "column"),
    partition="event",
)


def with_checks(rows: Frame, contract: Contract) -> Frame:
    """Apply a contract's checks, on any engine.

    Returns:
        The rows plus ``flags`` (comma-joined codes; blank where none, and only where the contract
        has that column) and ``reason`` (likewise; blank where the row may stay).
    """
    columns = [_codes(contract, "quarantine").alias(REASON)]
    if FLAGS in contract.names:
        columns.append(_codes(contract, "flag").alias(FLAGS))
    return rows.with_columns(*columns)


LINE = "_line"
"""A row's place in its own file, where rows of several files stand together under new numbers."""


def _codes(contract: Contract, action: str) -> nw.Expr:
    checks = [check for check in contract.checks if check.action == action]
    if not checks:
        return nw.lit("")
    found = [nw.when(check.broken()).then(nw.lit(check.code)) for check in checks]
    return nw.concat_str(found, separator=",", ignore_nulls=True)


@dataclass(frozen=True)
class Judged:
    """Rows after quality.

    Attributes:
        rows: What stays: contract columns, one row a key, in order.
        rejects: ``_row`` and ``reason`` of what goes to quarantine.
        collapsed: Rows that repeated another value for value.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    collapsed: int


def judge(rows: pl.DataFrame, contract: Contract) -> Judged:
    """Part checked rows (see ``with_checks``) into what stays and what is set aside."""
    broken = rows[REASON] != ""
    rejects = rows.filter(broken).select(ROW, REASON)
    places = (~broken).arg_true() if rejects.height else None
    single = distinct(rows.drop(REASON), contract.key, contract.sort, places, (AVAILABLE,))
    kept = single.rows.select(contract.names).cast(schema(contract))
    return Judged(kept, pl.concat([rejects, single.superseded]), single.collapsed)


def quarantined(
    text: pl.DataFrame, rejects: pl.DataFrame, contract: Contract, **constants: object
) -> pl.DataFrame:
    """Rejected rows as quarantine rows, each with its record as published and where it stood.

    Args:
        text: The bronze rows; those of other texts among the rejects are left out.
        rejects: ``_row`` and ``reason``.
        contract: Of the quarantine.
        constants: Values of the other columns.
    """
    fields = [name for name in text.columns if not name.startswith("_")]
    whole = pl.concat_str([pl.col(name).fill_null("") for name in fields], separator=";")
    return (
        rejects.join(text, on=ROW, how="inner", maintain_order="left")
        .select(
            REASON,
            pl.coalesce(MALFORMED, whole).alias("record"),
            pl.col(LINE if LINE in text.columns else ROW).alias("row"),
            pl.col("_file").alias("file"),
            **{name: pl.lit(value) for name, value in constants.items()},
        )
        .select(contract.names)
        .cast(schema(contract))
    )


@dataclass(frozen=True)
class Revision:
    """A partition against its former content.

    Attributes:
        rows: The new rows, ``available_at`` settled.
        changes: Rows of ``RESTATEMENTS`` without its constants: kind, key, column, before, after.
        restated: Rows whose values changed.
        withdrawn: Rows that are gone.
    """

    rows: pl.DataFrame
    changes: pl.DataFrame
    restated: int
    withdrawn: int


def revise(
    rows: pl.DataFrame,
    former: pl.DataFrame,
    contract: Contract,
    seen_at: dt.datetime,
    *,
    grows: bool = False,
) -> Revision:
    """Compare a re-published partition with what stood there before.

    A row that stands as it stood keeps its former ``available_at``; a new or restated one could be
    known only since these bytes were first seen (or since its publication rule, if that is later).

    Args:
        rows: The partition's new rows.
        former: Those that stood there.
        contract: Of the table.
        seen_at: When the newest bytes among the new rows were first seen.
        grows: Whether the partition is gathered from files that come one by one: rows of a new key
            are then a file's first news and not a re-publication, and go by their publication rule.
    """
    key = list(contract.key)
    derived = {*key, AVAILABLE, FLAGS, contract.partition}
    values = [name for name in contract.names if name not in derived]
    when = [AVAILABLE] if AVAILABLE in contract.names else []
    compared = [*key, *values, *when]
    now, then = rows.select(compared).hash_rows(), former.select(compared).hash_rows()
    new = rows.filter(~now.is_in(then.implode()))  # the few that do not stand just as they stood
    old = former.filter(~then.is_in(now.implode()))
    pairs = old.join(new, on=key, how="inner", suffix=" after", nulls_equal=True)
    changed = pairs.filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name} after")) for name in values)
    )
    withdrawn = old.join(new, on=key, how="anti")
    known = pairs.join(changed, on=key, how="anti")  # the same values, known since before
    if grows:
        new = new.join(pairs, on=key, how="semi")
    return Revision(
        _settle_availability(rows, new, known, key, seen_at) if when else rows,
        pl.concat([_restated(changed, key, values), _withdrawn(withdrawn, key)]),
        changed.height,
        withdrawn.height,
    )


def _settle_availability(
    rows: pl.DataFrame,
    new: pl.DataFrame,
    known: pl.DataFrame,
    key: Sequence[str],
    seen_at: dt.datetime,
) -> pl.DataFrame:
    """New and restated rows are known since they were seen; the others since they were known."""
    seen = pl.lit(seen_at).cast(rows.schema[AVAILABLE])
    late = new.join(known, on=key, how="anti").select(
        *key, pl.max_horizontal(AVAILABLE, seen).alias("_known")
    )
    early = known.select(*key, pl.col(AVAILABLE).alias("_known"))
    joined = rows.join(pl.concat([late, early]), on=list(key), how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("_known", AVAILABLE).alias(AVAILABLE)).drop("_known")


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("")


def _key(key: Sequence[str]) -> pl.Expr:
    return pl.concat_str([_text(name) for name in key], separator=" | ").alias("key")


def _restated(pairs: pl.DataFrame, key: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    changes = [
        pairs.filter(pl.col(name).ne_missing(pl.col(f"{name} after"))).select(
            pl.lit("restated").alias("kind"),
            _key(key),
            pl.lit(name).alias("column"),
            _text(name).alias("before"),
            _text(f"{name} after").alias("after"),
        )
        for name in values
    ]
    return pl.concat(changes).sort("key", "column")


def _withdrawn(rows: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    return rows.select(
        pl.lit("withdrawn").alias("kind"),
        _key(key),
        pl.lit("").alias("column"),
        pl.lit("").alias("before"),
        pl.lit("").alias("after"),
    ).sort("key")
