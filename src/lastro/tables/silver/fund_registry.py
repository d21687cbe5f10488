"""silver.fund_registry: who a fund is and who serves it, a snapshot a month.

One row a class, a subclass (with its class's providers) and a fund that has no class. Bronze keeps
every snapshot; here the last one of each month stands.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import CNPJ, DATE, INSTANT, TEXT, Check, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_OWN = ("name", "status", "status_since", "started_on", "cancelled_on", "audience", "condominium",
        "exclusive")  # fmt: skip
_CLASS = ("class_type", "classification", "anbima_classification", "benchmark", "custodian_cnpj",
          "custodian")  # fmt: skip
_FUND = ("fund_cnpj", "fund_type", "administrator_cnpj", "administrator", "manager_kind",
         "manager_id", "manager")  # fmt: skip
_STAMP = ("ref_date", "month", "available_at")
_CODES = ("fund_id", "class_id", "subclass_id")

CONTRACT = Contract(
    name="silver.fund_registry",
    title="Registered name, classification and service providers of every class, by snapshot",
    pt="Nome, classificação e prestadores de serviço de cada classe, por foto do registro",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "The class; of a fund without classes, the fund.",
               required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("ref_date", DATE, "data da foto", "Day of the snapshot.", required=True),
        Column("fund_cnpj", CNPJ, "CNPJ do fundo", "The fund it belongs to."),
        Column("name", TEXT, "denominação social", "Registered name."),
        Column("fund_type", TEXT, "tipo de fundo", "Kind of fund."),
        Column("class_type", TEXT, "tipo de classe", "Kind of class."),
        Column("status", TEXT, "situação", "State of registration."),
        Column("status_since", DATE, "início da situação", "Since when."),
        Column("started_on", DATE, "data de início", "First day of activity."),
        Column("cancelled_on", DATE, "data de cancelamento", "End of the registration."),
        Column("classification", TEXT, "classificação", "CVM's class of strategy."),
        Column("anbima_classification", TEXT, "classificação ANBIMA", "ANBIMA's."),
        Column("benchmark", TEXT, "indicador de desempenho", "Declared benchmark."),
        Column("audience", TEXT, "público-alvo", "Investors it is open to."),
        Column("condominium", TEXT, "forma de condomínio", "Open (Aberto) or closed (Fechado)."),
        Column("exclusive", TEXT, "exclusivo", "S where it has one holder alone."),
        Column("administrator_cnpj", TEXT, "CNPJ do administrador", "Fiduciary administrator."),
        Column("administrator", TEXT, "administrador", "The administrator's name."),
        Column("manager_kind", TEXT, "pessoa do gestor", "PJ a firm, PF a person."),
        Column("manager_id", TEXT, "CNPJ ou CPF mascarado do gestor",
               "Of several managers, the lowest number."),
        Column("manager", TEXT, "gestor", "The manager's name."),
        Column("custodian_cnpj", TEXT, "CNPJ do custodiante", "Custodian."),
        Column("custodian", TEXT, "custodiante", "The custodian's name."),
        Column("available_at", INSTANT, "disponível em", "When the snapshot was first seen."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("cnpj", "subclass_id", "ref_date"),
    partition="month",
    sort=("cnpj", "subclass_id"),
    checks=(
        Check(
            "missing_cnpj", "The class or fund has no CNPJ to be known by.",
            lambda: nw.col("cnpj").is_null(),
        ),
        Check(
            "missing_subclass_id", "The subclass has no code to be told from its class by.",
            lambda: nw.col("subclass_id").is_null(),
        ),
    ),
    freshness=dt.timedelta(days=8),
)  # fmt: skip


def build(cvm_registry: Frame) -> Frame:
    """Join the three records of each snapshot: fund -> class -> subclass."""
    rows = _blank_as_null(cvm_registry)
    record = nw.col("record")
    funds = _one_manager(rows.filter(record == "fundo"))
    classes = rows.filter(record == "classe").select(
        "_row", "fund_id", "class_id", "class_cnpj", *_OWN, *_CLASS, *_STAMP
    )
    subclasses = rows.filter(record == "subclasse").select(
        "_row", "ref_date", "class_id", "subclass_id", *_OWN
    )
    known = classes.join(
        funds.select("ref_date", "fund_id", *_FUND), on=["ref_date", "fund_id"], how="left"
    ).with_columns(cnpj=nw.col("class_cnpj"), subclass_id=nw.lit(""))
    order = ["_row", *(name for name in CONTRACT.names)]
    inherited = known.select("class_id", "cnpj", *_CLASS, *_FUND, *_STAMP)
    nothing = nw.lit(None).cast(nw.String)
    alone = (
        funds.join(classes, on=["ref_date", "fund_id"], how="anti")
        .join(
            classes,
            left_on=["ref_date", "fund_cnpj"],
            right_on=["ref_date", "class_cnpj"],
            how="anti",
        )
        .with_columns(
            cnpj=nw.col("fund_cnpj"), subclass_id=nw.lit(""), **dict.fromkeys(_CLASS, nothing)
        )
    )
    return nw.concat(
        [
            known.select(order),
            subclasses.join(inherited, on=["ref_date", "class_id"], how="inner").select(order),
            alone.select(order),
        ],
        how="vertical",
    )


def _blank_as_null(cvm_registry: Frame) -> Frame:
    """What is blank is unknown: it joins nothing and differs from nothing."""
    texts = [column.name for column in CONTRACT.columns if column.type == TEXT]
    blank = {name: nw.when(nw.col(name) != "").then(nw.col(name)) for name in {*texts, *_CODES}}
    return cvm_registry.with_columns(**blank)


def _one_manager(funds: Frame) -> Frame:
    """CVM repeats a fund for each of its managers: keep the lowest number's last line."""
    fund = ("ref_date", "fund_id")
    lowest = nw.col("manager_id").min().over(*fund)
    same = (nw.col("manager_id") == lowest) | lowest.is_null()
    kept = funds.filter(same)
    return kept.filter(nw.col("_row") == nw.col("_row").max().over(*fund))


TABLE = Table(CONTRACT, (Input("bronze.cvm_registry"),), build)
