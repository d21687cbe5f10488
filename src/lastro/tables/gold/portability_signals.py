"""gold.portability_signals: which funds show signs that money is leaving, and why, in plain words.

A proxy. What institutions report under Resolution CVM 210 is not public, and a ported quota does
not show as a redemption: this reads flows, holders and the registry, and says so in every row.

The score is a sum that anybody can do again: up to 40 points for the share of net worth that left,
25 for faring worse than peers, 15 for months of outflow in a row, 15 for holders lost and 5 for a
change of service provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    BOOLEAN,
    CNPJ,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Contract,
    Type,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

KEY = ("cnpj", "subclass_id")
WINDOWS = (1, 3, 12)
BASIS = "public proxy; not Resolution CVM 210 data"
_LONGEST_RUN = 12
_FEWEST_PEERS = 5
_LEAST_SPREAD = 1e-9  # below it the peers' deviation is the noise of floating point
_MAD_TO_DEVIATION = 1.4826
POINTS = Type("decimal", 5, 2)
_WORTH_SAYING = -1.0  # peer score from which the reason mentions it
_CARRIED = ("classification", "administrator", "manager", "custodian")
_PROVIDERS = {
    "administrator": "administrator_cnpj",
    "manager": "manager_id",
    "custodian": "custodian_cnpj",
}

CONTRACT = Contract(
    name="gold.portability_signals",
    title="Signs that money is leaving each fund class, with a score and the reason in words",
    pt="Sinais de saída de dinheiro de cada classe, com nota e motivo por extenso",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
        Column("rank", INTEGER, "posição", "1 is the highest score of the month; ties share it."),
        Column("fund_name", TEXT, "denominação social", "Registered name."),
        Column("score", POINTS, "nota", "0 (no sign of leaving) to 100.", "points"),
        Column("reason", TEXT, "motivo", "What makes the score, in Portuguese."),
        Column("reason_en", TEXT, "motivo em inglês", "What makes the score, in English."),
        Column("fund_type", TEXT, "tipo", "Kind of fund or class, as CVM writes it."),
        Column("classification", TEXT, "classificação", "CVM's class of strategy."),
        Column("administrator", TEXT, "administrador", "Fiduciary administrator."),
        Column("manager", TEXT, "gestor", "Manager."),
        Column("custodian", TEXT, "custodiante", "Custodian."),
        *(
            Column(f"net_flow_{k}m", FLOAT, f"captação líquida em {k} meses",
                   f"Inflow less outflow over {k} months; null unless each was reported.", "BRL")
            for k in WINDOWS
        ),
        *(
            Column(f"flow_ratio_{k}m", FLOAT, f"captação líquida / patrimônio em {k} meses",
                   f"net_flow_{k}m / mean of the monthly means of net worth that are known.",
                   "ratio")
            for k in WINDOWS
        ),
        Column("outflow_run", INTEGER, "meses seguidos de resgate",
               "Months in a row, up to this one, with more outflow than inflow; at most 12.",
               "months"),
        Column("holders_end", INTEGER, "cotistas no fim", "Holders on the last day.", "holders"),
        *(
            Column(f"holders_change_{k}m", INTEGER, f"variação de cotistas em {k} meses",
                   f"Since the closing {k} months before; null unless each month was reported.",
                   "holders")
            for k in WINDOWS[1:]
        ),
        Column("peer_group", TEXT, "grupo de pares", "classification, or else fund_type."),
        Column("peers", INTEGER, "pares", "Members of the group whose flow_ratio_3m is known.",
               "funds"),
        Column("peer_score", FLOAT, "distância dos pares",
               "flow_ratio_3m less the peers' median, in robust deviations (1.4826 x MAD), "
               "within 10; null under 5 peers.", "deviations"),
        *(
            Column(f"{provider}_changed", BOOLEAN, f"troca de {pt}",
                   "Against the registry's snapshot before; null where either is unknown.")
            for provider, pt in (("administrator", "administrador"), ("manager", "gestor"),
                                 ("custodian", "custodiante"))
        ),
        Column("basis", TEXT, "base", "What the row rests on: public data, not Resolution 210's."),
        Column("available_at", INSTANT, "disponível em",
               "When the last of its data could be known."),
    ),
    key=("cnpj", "subclass_id", "month"),
    partition="month",
    sort=KEY,
    notice="Portability data of Resolution CVM 210 are not public: these are proxies from public "
    "reports and the registry, and a ported quota does not show as a redemption.",
    notice_pt="Os dados de portabilidade da Resolução CVM 210 não são públicos: estes são "
    "indícios tirados de informes públicos e do registro, e uma cota portada não aparece "
    "como resgate.",
)  # fmt: skip


def build(fund_flows_monthly: Frame, fund_registry: Frame) -> Frame:
    """Months of flows and snapshots of the registry in; every month scored, ranked, explained."""
    rows = _with_registry(_with_flows(fund_flows_monthly), fund_registry)
    rows = _with_score(_with_peers(rows))
    reasons = _reasons()
    return rows.with_columns(
        reason=_sentence([pt for pt, _ in reasons], "sem sinal de saída"),
        reason_en=_sentence([en for _, en in reasons], "no sign of leaving"),
        basis=nw.lit(BASIS),
    ).select(CONTRACT.names)


def _lag(column: str, months: int) -> nw.Expr:
    return nw.col(column).shift(months).over(*KEY, order_by="month")


def _sum(column: str, months: int) -> nw.Expr:
    """Sum over the last months, blanks as zero.

    Taken over lagged columns, not rolled along: a rolled float sum keeps the rounding of what has
    left it, so that a month built alone would differ from the same month built among others.
    """
    return nw.sum_horizontal(*(_lag(column, back) for back in range(months)))


def _with_flows(fund_flows_monthly: Frame) -> Frame:
    """Figures over several months; none crosses a month that was not reported."""
    number = nw.col("month").dt.year().cast(nw.Int64) * 12 + nw.col("month").dt.month()
    known = nw.when(nw.col("mean_net_worth").is_null()).then(nw.lit(0.0)).otherwise(nw.lit(1.0))
    rows = fund_flows_monthly.with_columns(
        number=number.cast(nw.Int64), flow=nw.col("net_flow").cast(nw.Float64), known=known
    )
    for k in WINDOWS:
        whole = nw.col("number") - _lag("number", k - 1) == k - 1
        held = nw.col("number") - _lag("number", k) == k
        rows = rows.with_columns(
            _sum("flow", k).round(2).alias("flows"),
            nw.when(whole).then(_sum("mean_net_worth", k)).alias("worth"),
            _sum("known", k).alias("months"),
            whole.alias("whole"),
            nw.when(held).then(_lag("holders_end", k)).alias(f"holders_{k}m_ago"),
        ).with_columns(
            nw.when(nw.col("whole")).then(nw.col("flows")).alias(f"net_flow_{k}m"),
            nw.when(nw.col("worth") > 0)
            .then(nw.col("flows") * nw.col("months") / nw.col("worth"))
            .alias(f"flow_ratio_{k}m"),
            (nw.col("holders_end") - nw.col(f"holders_{k}m_ago")).alias(f"holders_change_{k}m"),
        )
    return _with_run(rows)


def _with_run(rows: Frame) -> Frame:
    """Count months since the last one that breaks a run: without outflow, or not reported."""
    leaving = nw.col("flow") < 0
    joined = nw.col("number") - nw.col("number_before") == 1
    barrier = (
        nw.when(leaving & joined)
        .then(nw.lit(0))
        .otherwise(nw.when(leaving).then(nw.col("number") - 1).otherwise(nw.col("number")))
    )
    return (
        rows.with_columns(number_before=_lag("number", 1))
        .with_columns(barrier=barrier)
        .with_columns(barrier=nw.col("barrier").cum_max().over(*KEY, order_by="month"))
        .with_columns(
            outflow_run=(nw.col("number") - nw.col("barrier")).clip(0, _LONGEST_RUN).cast(nw.Int64)
        )
    )


def _with_registry(rows: Frame, fund_registry: Frame) -> Frame:
    """Add who each class was and who served it, by the newest snapshot of the time.

    A subclass that the registry does not name takes its class's row.
    """
    found = _with_changes(fund_registry).select(
        *KEY, *_CARRIED, *(f"{provider}_changed" for provider in _PROVIDERS),
        snapshot="month", fund_name="name", known_at="available_at",
    )  # fmt: skip
    carried = [name for name in found.collect_schema().names() if name not in {*KEY, "snapshot"}]
    whole = found.filter(nw.col("subclass_id") == "").select(
        "cnpj", "snapshot", **{f"{name}_of_class": name for name in carried}
    )
    fresh = nw.col("snapshot") == nw.col("month")
    return (
        rows.join(_snapshot_of_month(rows, fund_registry), on="month", how="left")
        .join(found, on=[*KEY, "snapshot"], how="left")
        .join(whole, on=["cnpj", "snapshot"], how="left")
        .with_columns(nw.coalesce(name, f"{name}_of_class").alias(name) for name in carried)
        .with_columns(
            *(nw.when(fresh).then(nw.col(f"{provider}_changed")).alias(f"{provider}_changed")
              for provider in _PROVIDERS),
            available_at=nw.max_horizontal("available_at", "known_at"),
            peer_group=nw.coalesce("classification", "fund_type"),
        )
    )  # fmt: skip


def _snapshot_of_month(rows: Frame, fund_registry: Frame) -> Frame:
    """For each month, the newest snapshot not after it; where all are later, the first."""
    months = rows.select("month").unique()
    snapshots = fund_registry.select(snapshot="month").unique()
    past = nw.when(nw.col("snapshot") <= nw.col("month")).then(nw.col("snapshot"))
    return (
        months.join(snapshots, how="cross")
        .with_columns(past=past)
        .group_by("month")
        .agg(newest=nw.col("past").max(), first=nw.col("snapshot").min())
        .select("month", snapshot=nw.coalesce("newest", "first"))
    )


def _with_changes(fund_registry: Frame) -> Frame:
    """Add whether each provider differs from the snapshot before; null where either is unknown."""
    snapshots = fund_registry.select("month").unique()
    before = (
        snapshots.join(snapshots.select(earlier="month"), how="cross")
        .filter(nw.col("earlier") < nw.col("month"))
        .group_by("month")
        .agg(earlier=nw.col("earlier").max())
    )
    former = fund_registry.select(
        *KEY, earlier="month", **{f"former_{name}": number for name, number in _PROVIDERS.items()}
    )
    return (
        fund_registry.join(before, on="month", how="left")
        .join(former, on=[*KEY, "earlier"], how="left")
        .with_columns(
            (nw.col(number) != nw.col(f"former_{name}")).alias(f"{name}_changed")
            for name, number in _PROVIDERS.items()
        )
    )


def _with_peers(rows: Frame) -> Frame:
    """Compare with the median of the month's peers, in deviations that outliers do not stretch."""
    group = ("month", "peer_group")
    ratio = nw.col("flow_ratio_3m")
    distance = (ratio - nw.col("middle")) / (nw.col("spread") * _MAD_TO_DEVIATION)
    comparable = (
        (nw.col("peers") >= _FEWEST_PEERS)
        & (nw.col("spread") > _LEAST_SPREAD)
        & ~nw.col("peer_group").is_null()
    )
    return (
        rows.with_columns(
            peers=ratio.count().over(*group).cast(nw.Int64), middle=ratio.median().over(*group)
        )
        .with_columns(deviation=(ratio - nw.col("middle")).abs())
        .with_columns(spread=nw.col("deviation").median().over(*group))
        .with_columns(peer_score=nw.when(comparable).then(distance.clip(-10, 10)))
    )


def _with_score(rows: Frame) -> Frame:
    """Add score and rank; what is unknown adds nothing."""
    left = nw.coalesce(-nw.col("flow_ratio_3m") / 0.30, -nw.col("flow_ratio_1m") / 0.10)
    behind = -nw.col("peer_score") / 5
    run = nw.col("outflow_run").cast(nw.Float64) / 6
    then = nw.col("holders_3m_ago").cast(nw.Float64)
    lost = nw.when(then > 0).then(-nw.col("holders_change_3m").cast(nw.Float64) / then / 0.20)
    changed = [nw.col(f"{provider}_changed").fill_null(value=False) for provider in _PROVIDERS]
    moved = nw.when(changed[0] | changed[1] | changed[2]).then(nw.lit(1.0))
    points = sum(
        (part.clip(0, 1).fill_null(0.0) * weight
         for part, weight in ((behind, 25), (run, 15), (lost, 15), (moved, 5))),
        left.clip(0, 1).fill_null(0.0) * 40,
    )  # fmt: skip
    return rows.with_columns(
        score=(_nearest(points * 100).cast(nw.Float64) / 100).cast(nw.Decimal(5, 2))
    ).with_columns(rank=nw.col("score").rank("min", descending=True).over("month").cast(nw.Int64))


def _nearest(positive: nw.Expr) -> nw.Expr:
    """Nearest integer of a positive number, halves up: engines' own rounding differs on halves."""
    return (positive + 0.5).cast(nw.Int64)


def _reasons() -> list[tuple[nw.Expr, nw.Expr]]:
    """The parts of the reason, in Portuguese and in English; null where they do not apply."""
    run, lost = nw.col("outflow_run"), -nw.col("holders_change_3m")
    most = nw.when(run == _LONGEST_RUN)
    group, behind = nw.col("peer_group"), nw.col("peer_score") <= _WORTH_SAYING
    return [
        _said(run == 1, ["mais resgates que captações no mês"],
              ["more redemptions than subscriptions in the month"]),
        _said(run > 1,
              ["mais resgates que captações há ", run, " meses seguidos",
               most.then(nw.lit(" ou mais"))],
              ["more redemptions than subscriptions for ", run, " months in a row",
               most.then(nw.lit(" or more"))]),
        _share_left("flow_ratio_3m", nw.lit(1) == 1, "em 3 meses", "in 3 months"),
        _share_left("flow_ratio_1m", nw.col("flow_ratio_3m").is_null(), "no mês", "in the month"),
        _said(lost == 1, ["perdeu 1 cotista em 3 meses"], ["lost 1 holder in 3 months"]),
        _said(lost > 1, ["perdeu ", lost, " cotistas em 3 meses"],
              ["lost ", lost, " holders in 3 months"]),
        _said(behind, ["pior que os pares de ", group], ["worse than its peers in ", group]),
        _said(nw.col("administrator_changed"), ["trocou de administrador"],
              ["changed administrator"]),
        _said(nw.col("manager_changed"), ["trocou de gestor"], ["changed manager"]),
        _said(nw.col("custodian_changed"), ["trocou de custodiante"], ["changed custodian"]),
    ]  # fmt: skip


def _share_left(ratio: str, applies: nw.Expr, pt: str, en: str) -> tuple[nw.Expr, nw.Expr]:
    """What share left, in tenths of a percent taken as integers: every engine prints them alike."""
    tenths = _nearest(nw.col(ratio).clip(-9.999, 0) * -1000)
    whole, rest = tenths // 10, tenths % 10
    above = nw.col(ratio) < -9.9995
    return _said(
        applies & (tenths > 0),
        ["saíram ", nw.when(above).then(nw.lit("mais de ")), whole, ",", rest,
         f"% do patrimônio {pt}"],
        [nw.when(above).then(nw.lit("more than ")), whole, ".", rest, f"% of net worth left {en}"],
    )  # fmt: skip


def _said(
    applies: nw.Expr, pt: list[nw.Expr | str], en: list[nw.Expr | str]
) -> tuple[nw.Expr, nw.Expr]:
    return nw.when(applies).then(_text(pt)), nw.when(applies).then(_text(en))


def _text(parts: list[nw.Expr | str]) -> nw.Expr:
    texts = [nw.lit(part) if isinstance(part, str) else part.cast(nw.String) for part in parts]
    return nw.concat_str(texts, separator="", ignore_nulls=True)


def _sentence(parts: list[nw.Expr], nothing: str) -> nw.Expr:
    said = nw.concat_str(parts, separator="; ", ignore_nulls=True)
    return nw.when(said != "").then(said).otherwise(nw.lit(nothing))


TABLE = Table(
    CONTRACT,
    (
        Input("gold.fund_flows_monthly", months_back=12),
        Input("silver.fund_registry", as_of=True),
    ),
    build,
    pace="all",
)
