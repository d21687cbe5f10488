"""silver.corporate_actions: payouts, splits, bonuses and subscriptions, one row an event.

B3 tells of a payout twice: the supplement by ISIN and with its day of payment, the cash list by
class (ON, PN) and with the price before it. A row of the cash list is the same event as one of the
supplement where ISIN, last day with the right, label and value agree; its ISIN is the one that the
company's details give its class, else the only one of that class among the supplement's payouts.
What cannot be told so stays as two rows, flagged ``unpaired`` or ``isin_unknown``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract, Type

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_CASH = ("DIVIDENDO", "JRS CAP PROPRIO", "RENDIMENTO", "REST CAP DIN", "AT MONETARIA", "JUROS RF",
         "AMORTIZACAO RF")  # fmt: skip
_GROWING = ("DESDOBRAMENTO", "BONIFICACAO")
_SHRINKING = "GRUPAMENTO"
_NO_RULE = ("CIS RED CAP", "CIS RED CAP QTD", "INCORPORACAO", "RESG TOTAL RV", "REST CAP ACOES",
            "REST CAP C/ RED")  # fmt: skip
_SUBSCRIPTION = ("SUBSCRICAO", "PRIORIDADE SUBS", "SUBS C/ RENUNC")
_LISTED = Type("decimal", 24, 11)
_AMOUNT = Type("decimal", 28, 14)
_MULTIPLIER = Type("decimal", 28, 13)
_FIRST, _FOREVER = dt.date(1900, 1, 2), dt.date(9999, 1, 1)
_KEY = ("security", "ref_date", "label", "asset_issued", "amount", "installment")
_EVENT = ("security", "ref_date", "label", "asset_issued", "amount")
_DAY = ("security", "ref_date", "label")
_OF_SUPPLEMENT = ("approved_on", "payment_date", "related_to", "remarks")
_OF_CASH_LIST = ("price_prior", "cash_percent")

CONTRACT = Contract(
    name="silver.corporate_actions",
    title="Payouts, splits, bonuses and subscriptions of every listed security",
    pt="Proventos, desdobramentos, grupamentos, bonificações e subscrições de cada ativo",
    columns=(
        Column("security", TEXT, "ativo", "The ISIN; where it is not known, issuer and class.",
               required=True),
        Column("ref_date", DATE, "última data com direito", "Last session with the right.",
               required=True),
        Column("label", TEXT, "evento", "B3's name of the event.", required=True),
        Column("asset_issued", TEXT, "ativo emitido", "ISIN of what holders receive; the security "
               "itself for cash; blank where B3 does not say.", required=True),
        Column("amount", _AMOUNT, "quantidade", "Value, factor or percentage, by kind: tells "
               "events of one day apart.", required=True),
        Column("installment", INTEGER, "parcela", "1, or its place by payment among events alike "
               "in all of the above.", required=True),
        Column("kind", TEXT, "tipo", "cash, stock or subscription."),
        Column("isin", TEXT, "ISIN", "The security; null where only issuer and class are known."),
        Column("ex_date", DATE, "data ex", "First session without the right, by the calendar."),
        Column("issuer", TEXT, "emissor", "Four letters of the issuer."),
        Column("share_class", TEXT, "espécie", "ON, PN, PNA... UNT; blank for anything else."),
        Column("value", _AMOUNT, "valor por ação", "Cash for one share, before tax.", "BRL"),
        Column("factor", _LISTED, "fator", "Of a stock event, as published."),
        Column("multiplier", _MULTIPLIER, "multiplicador", "New quantity for one old share; null "
               "where no rule gives it.", "ratio"),
        Column("price_prior", Type("decimal", 20, 8), "último preço com direito",
               "Closing price of the last session with the right.", "BRL"),
        Column("cash_percent", _LISTED, "provento / preço", "Cash in percent of that price.",
               "percent"),
        Column("subscription_percent", _LISTED, "percentual de subscrição",
               "New shares offered for 100 old ones.", "percent"),
        Column("subscription_price", _LISTED, "preço de subscrição", "Of a new share.", "BRL"),
        Column("subscription_date", DATE, "data da subscrição", "Last day to subscribe."),
        Column("approved_on", DATE, "aprovado em", "Day it was decided."),
        Column("payment_date", DATE, "data de pagamento", "Null where not known or not set."),
        Column("related_to", TEXT, "relativo a", "Period that it is paid for."),
        Column("remarks", TEXT, "observações", "Remarks."),
        Column("available_at", INSTANT, "disponível em", "When it was first seen."),
        Column("flags", TEXT, "marcas", "Codes of what is odd, joined by commas."),
        Column("month", DATE, "mês", "Always 1970-01-01: the table is one partition.",
               required=True),
    ),
    key=_KEY,
    partition="month",
    sort=("security", "ref_date"),
    checks=(
        Check(
            "label_without_rule", "No rule says what its factor does; a person must read it.",
            lambda: (nw.col("kind") == "stock") & nw.col("label").is_in(_NO_RULE),
        ),
        Check(
            "unknown_label", "B3 uses a label that we do not know.",
            lambda: nw.col("known_label") == 0,
        ),
        Check(
            "missing_ref_date", "No last day with the right, or one that means none.",
            lambda: nw.col("ref_date").is_null(),
        ),
        Check(
            "missing_amount", "It says no value, factor or percentage.",
            lambda: nw.col("amount").is_null() & (nw.col("odd_quotation") == 0),
        ),
        Check(
            "unknown_quotation", "Cash is for neither one share nor a thousand.",
            lambda: nw.col("odd_quotation") == 1,
        ),
        Check(
            "published_twice", "The same payout stands a second time, the period it is paid for in "
            "capitals; that one, with the day of payment as it came to be, counts.",
            lambda: nw.col("twice") == 1,
        ),
        Check(
            "isin_check_digit", "The ISIN's check digit is wrong.",
            lambda: nw.col("isin_ok") == 0, action="flag",
        ),
        Check(
            "isin_unknown", "Only issuer and class are known: no ISIN, or several, could be meant.",
            lambda: nw.col("isin").is_null(), action="flag",
        ),
        Check(
            "unpaired", "The other list has a payout of this security, day and label, but none of "
            "this value: the two may be one.",
            lambda: nw.col("unpaired") == 1, action="flag",
        ),
        Check(
            "other_asset", "Holders receive another security, or B3 does not say which.",
            lambda: (nw.col("kind") == "stock") & (nw.col("asset_issued") != nw.col("isin")),
            action="flag",
        ),
        Check(
            "odd_factor", "Its factor lies outside of what its label allows.",
            lambda: nw.col("odd_factor") == 1, action="flag",
        ),
    ),
    freshness=dt.timedelta(days=15),
)  # fmt: skip


def build(b3_corporate_actions: Frame, b3_instruments: Frame) -> Frame:
    """The supplement's events and the cash list's, each with what the other knows of it."""
    events = _still_listed(_clean(b3_corporate_actions.filter(nw.col("kind") != "company")))
    listed = _twice(_valued(_named(events.filter(nw.col("call") == "supplement"))))
    paid = events.filter(nw.col("call") == "cash")
    paid = _valued(_named(_with_isin(paid, listed, b3_instruments)))
    listed = _counted(listed, "twice")
    whole = nw.concat(
        [_with_prices(listed, paid), _with_payment(_counted(paid), listed)], how="vertical"
    )
    stock = nw.col("kind") == "stock"
    return (
        whole.with_columns(
            known_label=_is_known().cast(nw.Int64), odd_factor=(stock & _is_odd()).cast(nw.Int64)
        )
        .with_columns(multiplier=nw.when(stock).then(_multiplier()))
        .with_columns(isin=nw.when(nw.col("isin") != "").then(nw.col("isin")))
        .select(
            "_row", "isin_ok", "known_label", "odd_quotation", "twice", "unpaired", "odd_factor",
            *(name for name in CONTRACT.names if name != "flags"),
        )
    )  # fmt: skip


def _clean(rows: Frame) -> Frame:
    """Sentinel dates and blanks are unknown; what names an event is blank where unknown."""
    days = ("ref_date", "approved_on", "payment_date", "subscription_date")
    real = {
        name: nw.when((nw.col(name) >= _FIRST) & (nw.col(name) < _FOREVER)).then(nw.col(name))
        for name in days
    }
    blank = {name: nw.when(nw.col(name) != "").then(nw.col(name))
             for name in ("related_to", "remarks")}  # fmt: skip
    names = ("issuer", "isin", "label", "asset_issued", "share_class", "terms")
    return rows.with_columns(**real, **blank, **{n: nw.col(n).fill_null("") for n in names})


def _still_listed(events: Frame) -> Frame:
    """B3's newest list counts as far back as it goes; older lists for what was before.

    The supplement holds some two years of a security's payouts of a label, or the last one alone if
    that is older. What B3 corrected or took off within the days that its newest list covers is
    gone; bronze and the restatements still know it.
    """
    of = ("issuer", "call", "kind", "label", "isin", "share_class")
    said = ("ref_date", "asset_issued", "rate", "factor", "subscription_percent", "terms")
    newest = events.with_columns(
        _newest=nw.col("snapshot").max().over(*of),
        available_at=nw.col("available_at").min().over(*of, *said),
    )
    is_newest = nw.col("snapshot") == nw.col("_newest")
    since = newest.with_columns(_day=nw.when(is_newest).then(nw.col("ref_date"))).with_columns(
        _since=nw.col("_day").min().over(*of)
    )
    before = (nw.col("ref_date") < nw.col("_since")) | nw.col("_since").is_null()
    return since.filter(is_newest | before).drop("_newest", "_day", "_since")


def _named(events: Frame) -> Frame:
    """The security's name: its ISIN, else issuer and class."""
    other = nw.concat_str(["issuer", "share_class"], separator=" ")
    known = nw.col("isin") != ""
    return events.with_columns(
        security=nw.when(known).then(nw.col("isin")).otherwise(other),
        asset_issued=nw.when(nw.col("kind") == "cash")
        .then(nw.col("isin"))
        .otherwise(nw.col("asset_issued")),
    )


def _valued(events: Frame) -> Frame:
    """Cash for one share, and the one number that tells events of a day apart."""
    rate = nw.col("rate").cast(nw.Decimal(28, 14))
    thousandth = (rate * nw.lit(Decimal("0.001"))).cast(nw.Decimal(28, 14))
    quoted = nw.col("quoted_per").fill_null(1)
    value = nw.when(quoted == 1).then(rate).when(quoted == 1000).then(thousandth)
    is_cash = nw.col("kind") == "cash"
    odd = is_cash & (quoted != 1) & (quoted != 1000)
    return events.with_columns(
        value=nw.when(is_cash).then(value), odd_quotation=odd.cast(nw.Int64)
    ).with_columns(
        amount=nw.when(is_cash)
        .then(nw.col("value"))
        .when(nw.col("kind") == "stock")
        .then(nw.col("factor").cast(nw.Decimal(28, 14)))
        .otherwise(nw.col("subscription_percent").cast(nw.Decimal(28, 14)))
    )


def _twice(listed: Frame) -> Frame:
    """Marks payouts that stand again with the same period in capitals (ANUAL/2022, Anual/2022).

    In B3's lists of February 2024 such a pair has one value, and in 137 of 162 the one in capitals
    is paid earlier: the other carries the last day allowed, often 31 December.
    """
    capitals = nw.col("related_to").fill_null("").str.to_uppercase()
    in_capitals = (nw.col("related_to").fill_null("") == capitals).cast(nw.Int64)
    marked = listed.with_columns(_period=capitals, _capitals=in_capitals)
    marked = marked.with_columns(_pair=nw.col("_capitals").max().over(*_EVENT, "_period"))
    is_cash = nw.col("kind") == "cash"
    twice = is_cash & (nw.col("_pair") == 1) & (nw.col("_capitals") == 0)
    return marked.with_columns(twice=twice.cast(nw.Int64)).drop("_period", "_capitals", "_pair")


def _counted(events: Frame, *apart: str) -> Frame:
    """Numbers events alike but for their terms; rows of the same terms have the same number."""
    place = nw.col("terms").rank("dense").over(*_EVENT, *apart)
    return events.with_columns(installment=place.cast(nw.Int64))


def _with_isin(paid: Frame, listed: Frame, b3_instruments: Frame) -> Frame:
    """The ISIN of each issuer and class, where only one can be meant."""
    tickers = b3_instruments.filter((nw.col("record") == "ticker") & (nw.col("share_class") != ""))
    payouts = listed.filter((nw.col("kind") == "cash") & (nw.col("share_class") != ""))
    found = paid.drop("isin", "isin_ok")
    for name, rows in (("_of_details", tickers), ("_of_payouts", payouts)):
        only = rows.group_by("issuer", "share_class").agg(
            _least=nw.col("isin").min(), _most=nw.col("isin").max()
        )
        only = only.filter(nw.col("_least") == nw.col("_most")).select(
            "issuer", "share_class", nw.col("_least").alias(name)
        )
        found = found.join(only, on=["issuer", "share_class"], how="left")
    isin = nw.coalesce("_of_details", "_of_payouts", nw.lit(""))
    return found.with_columns(isin=isin, isin_ok=nw.lit(None).cast(nw.Int64)).drop(
        "_of_details", "_of_payouts"
    )


def _with_prices(listed: Frame, paid: Frame) -> Frame:
    """The supplement's events, with price and percentage where the cash list has them."""
    prices = paid.filter(nw.col("isin") != "").group_by(*_EVENT).agg(
        **{name: nw.col(name).max() for name in _OF_CASH_LIST},
        _matched=nw.len(), _seen=nw.col("available_at").min(),
    )  # fmt: skip
    return _settled(listed.drop(*_OF_CASH_LIST).join(prices, on=list(_EVENT), how="left"), paid)


def _with_payment(paid: Frame, listed: Frame) -> Frame:
    """The cash list's payouts; those that the supplement has too say the same as its first."""
    first = (
        listed.filter((nw.col("kind") == "cash") & (nw.col("isin") != ""))
        .filter((nw.col("twice") == 0) & (nw.col("installment") == 1))
        .group_by(*_EVENT)
        .agg(
            **{f"{name}_there": nw.col(name).max() for name in (*_OF_SUPPLEMENT, "isin_ok")},
            _class=nw.col("share_class").max(),
            _matched=nw.len(),
            _seen=nw.col("available_at").min(),
        )
    )
    both = paid.join(first, on=list(_EVENT), how="left")
    is_there = ~nw.col("_matched").is_null()
    there = {
        name: nw.when(is_there).then(nw.col(f"{name}_there")).otherwise(nw.col(name))
        for name in (*_OF_SUPPLEMENT, "isin_ok")
    }
    said = both.with_columns(
        **there,
        installment=nw.when(is_there).then(nw.lit(1)).otherwise(nw.col("installment")),
        share_class=nw.when(is_there).then(nw.col("_class")).otherwise(nw.col("share_class")),
        twice=nw.lit(0),
    )
    return _settled(said, listed.filter(nw.col("kind") == "cash"))


def _settled(events: Frame, others: Frame) -> Frame:
    """Flags what the other list has under another value, and puts the columns in order."""
    days = others.filter(nw.col("isin") != "").group_by(*_DAY).agg(_day=nw.len())
    unpaired = ~nw.col("_day").is_null() & nw.col("_matched").is_null()
    kept = [name for name in CONTRACT.names if name not in {"flags", "multiplier"}]
    return (
        events.join(days, on=list(_DAY), how="left")
        .with_columns(unpaired=unpaired.cast(nw.Int64))
        .with_columns(
            nw.col("twice").cast(nw.Int64), nw.col("installment").cast(nw.Int64),
            available_at=nw.min_horizontal("available_at", "_seen"),
        )
        .select("_row", "isin_ok", "odd_quotation", "twice", "unpaired", *kept)
    )  # fmt: skip


def _is_known() -> nw.Expr:
    label, kind = nw.col("label"), nw.col("kind")
    stock = label.is_in((*_GROWING, _SHRINKING, *_NO_RULE))
    return (
        ((kind == "cash") & label.is_in(_CASH))
        | ((kind == "stock") & stock)
        | ((kind == "subscription") & label.is_in(_SUBSCRIPTION))
    )


def _is_odd() -> nw.Expr:
    """A reverse split that does not shrink, or a split that does not grow."""
    factor = nw.col("factor").cast(nw.Float64)
    shrinks = nw.col("label") == _SHRINKING
    grows = nw.col("label").is_in(_GROWING)
    return (shrinks & ((factor <= 0) | (factor >= 1))) | (grows & (factor <= 0))


def _multiplier() -> nw.Expr:
    """New quantity for one old share: 1 + factor/100 of a split or bonus, a reverse split's factor.

    None for a bonus in another security: of the old one the holder has as many as before.
    """
    factor = nw.col("factor").cast(nw.Decimal(28, 13))
    hundredth = (factor * nw.lit(Decimal("0.01"))).cast(nw.Decimal(28, 13))
    grown = (hundredth + nw.lit(1).cast(nw.Decimal(28, 13))).cast(nw.Decimal(28, 13))
    own = nw.col("asset_issued") == nw.col("isin")
    sound = nw.col("odd_factor") == 0
    return (
        nw.when(sound & own & nw.col("label").is_in(_GROWING))
        .then(grown)
        .when(sound & (nw.col("label") == _SHRINKING))
        .then(factor)
    )


TABLE = Table(
    CONTRACT,
    (Input("bronze.b3_corporate_actions"), Input("bronze.b3_instruments")),
    build,
    by_content=True,
)
