"""silver.corporate_actions: what factors mean, which rows are one event, what a person reads."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.lake.contract import STANDING
from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import b3_corporate_actions, b3_instruments
from lastro.tables.silver.corporate_actions import TABLE

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Source

    File = tuple[str, bytes]

DAY = dt.date(2024, 2, 10)
ON, PN = "BRALFAACNOR1", "BRALFAACNPR8"
CASH = {"assetIssued": ON, "paymentDate": "30/12/2021", "rate": "0,13340000000",
        "relatedTo": "Anual/2021", "approvedOn": "09/12/2021", "isinCode": ON,
        "label": "DIVIDENDO", "lastDatePrior": "17/12/2021", "remarks": ""}  # fmt: skip
STOCK = {"assetIssued": ON, "factor": "100,00000000000", "approvedOn": "02/01/2023",
         "isinCode": ON, "label": "DESDOBRAMENTO", "lastDatePrior": "06/01/2023",
         "remarks": ""}  # fmt: skip
SUBSCRIPTION = {"assetIssued": ON, "percentage": "0,13994090200", "priceUnit": "16,09000000000",
                "tradingPeriod": "31/12/9999 a 22/05/2014", "subscriptionDate": "29/05/2014",
                "approvedOn": "28/04/2014", "isinCode": ON, "label": "SUBSCRICAO",
                "lastDatePrior": "28/04/2014", "remarks": ""}  # fmt: skip
PAID = {"typeStock": "ON", "dateApproval": "09/12/2021", "valueCash": "0,1334", "ratio": "1",
        "corporateAction": "DIVIDENDO", "lastDatePriorEx": "17/12/2021",
        "closingPricePriorExDate": "16,07", "quotedPerShares": "1",
        "corporateActionPrice": "0,830118"}  # fmt: skip


def supplement(
    cash: Any = (), stock: Any = (), subscriptions: Any = (), day: str = "20240210"
) -> File:
    found = {"code": "ALFA", "codeCVM": "1", "roundLot": "100", "cashDividends": list(cash),
             "stockDividends": list(stock), "subscriptions": list(subscriptions)}  # fmt: skip
    return f"supplement-ALFA_{day}.json", json.dumps([found]).encode()


def cash_list(*rows: Any) -> File:
    page = {"page": {"totalRecords": len(rows)}, "results": list(rows)}
    return "cash-ALFA.json", json.dumps(page).encode()


def details(**isins: str) -> File:
    codes = [{"code": code, "isin": isin} for code, isin in isins.items()]
    found = {"issuingCompany": "ALFA", "codeCVM": "1", "otherCodes": codes}
    return "detail-1.json", json.dumps(found).encode()


def bronze(source: Source, files: list[File]) -> Text:
    frames = []
    for place, (name, body) in enumerate(files):
        seen = dt.datetime(2024, 3, 1 + place, tzinfo=dt.UTC)
        frames += [
            p.text.with_columns(
                pl.lit(name).alias("_file"),
                pl.lit(seen).cast(pl.Datetime("us", "UTC")).alias("_ingested_at"),
            )
            for p in source.parse(name, body, DAY)
        ]
    return Text(source, gather(source, frames))


def refined(*files: File) -> Refined:
    told = [file for file in files if file[0].startswith("detail")]
    events = [file for file in files if file not in told]
    texts = [bronze(b3_corporate_actions.SOURCE, events), bronze(b3_instruments.SOURCE, told)]
    return refine(TABLE, number(texts, anew=True), STANDING)


def rows(*files: File) -> list[dict[str, Any]]:
    found = refined(*files)
    assert found.rejects.is_empty()
    return found.rows.to_dicts()


def reasons(*files: File) -> list[str]:
    return refined(*files).rejects["reason"].to_list()


@pytest.mark.parametrize(
    ("label", "factor", "multiplier"),
    [("DESDOBRAMENTO", "100,00000000000", "2"), ("DESDOBRAMENTO", "900,00000000000", "10"),
     ("BONIFICACAO", "5,00000000000", "1.05"), ("BONIFICACAO", "1.900,00000000000", "20"),
     ("BONIFICACAO", "372,81517103761", "4.7281517103761"),
     ("GRUPAMENTO", "0,00100000000", "0.001"), ("GRUPAMENTO", "0,10000000000", "0.1")],
)  # fmt: skip
def test_a_factor_means_what_its_label_says(label: str, factor: str, multiplier: str) -> None:
    [row] = rows(supplement(stock=[STOCK | {"label": label, "factor": factor}]))
    assert row["multiplier"] == Decimal(multiplier)
    assert (row["kind"], row["flags"], row["value"]) == ("stock", "", None)


def test_a_reverse_split_is_ex_on_the_next_session() -> None:
    event = STOCK | {"label": "GRUPAMENTO", "factor": "0,10000000000"}
    [row] = rows(supplement(stock=[event]))
    assert (row["ref_date"], row["ex_date"]) == (dt.date(2023, 1, 6), dt.date(2023, 1, 9))


@pytest.mark.parametrize(
    ("label", "factor"),
    [
        ("GRUPAMENTO", "1,0"),
        ("GRUPAMENTO", "0,0"),
        ("GRUPAMENTO", "10,0"),
        ("DESDOBRAMENTO", "0,0"),
    ],
)
def test_a_factor_that_its_label_does_not_allow_multiplies_nothing(label: str, factor: str) -> None:
    [row] = rows(supplement(stock=[STOCK | {"label": label, "factor": factor}]))
    assert (row["multiplier"], row["flags"]) == (None, "odd_factor")


def test_a_bonus_in_another_security_multiplies_nothing() -> None:
    bonus = STOCK | {"label": "BONIFICACAO"}
    [row] = rows(supplement(stock=[bonus | {"assetIssued": PN}]))
    assert (row["multiplier"], row["flags"]) == (None, "other_asset")
    [row] = rows(supplement(stock=[bonus | {"assetIssued": ""}]))
    assert (row["multiplier"], row["flags"]) == (None, "other_asset")


@pytest.mark.parametrize(
    ("label", "reason"),
    [("INCORPORACAO", "label_without_rule"), ("CIS RED CAP", "label_without_rule"),
     ("CIS RED CAP QTD", "label_without_rule"), ("RESG TOTAL RV", "label_without_rule"),
     ("REST CAP ACOES", "label_without_rule"), ("REST CAP C/ RED", "label_without_rule"),
     ("DIVIDENDO", "unknown_label"), ("NOVIDADE", "unknown_label"), ("", "unknown_label")],
)  # fmt: skip
def test_a_label_without_a_rule_waits_for_a_person(label: str, reason: str) -> None:
    assert reasons(supplement(stock=[STOCK | {"label": label}])) == [reason]


def test_a_payout_of_both_lists_is_one_row_that_knows_what_either_knows() -> None:
    found = refined(supplement(cash=[CASH]), cash_list(PAID))
    [row] = found.rows.to_dicts()
    assert (found.collapsed, found.rejects.height) == (1, 0)
    assert (row["isin"], row["share_class"], row["payment_date"]) == (
        ON,
        "ON",
        dt.date(2021, 12, 30),
    )
    assert (row["value"], row["price_prior"]) == (Decimal("0.1334"), Decimal("16.07"))
    percent = row["cash_percent"]
    assert percent == round(100 * row["value"] / row["price_prior"], 6) == Decimal("0.830118")
    assert 1 - percent / 100 == Decimal("0.99169882")
    assert row["available_at"] == dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    assert (row["flags"], row["ex_date"]) == ("", dt.date(2021, 12, 20))


def test_cash_for_a_thousand_shares_is_divided() -> None:
    [row] = rows(cash_list(PAID | {"quotedPerShares": "1000"}), details(ALFA3=ON))
    assert row["value"] == Decimal("0.0001334")
    assert reasons(cash_list(PAID | {"quotedPerShares": "10"})) == ["unknown_quotation"]


def test_a_class_gets_the_isin_of_its_ticker() -> None:
    pn = PAID | {"typeStock": "PN"}
    found = rows(cash_list(PAID, pn), details(ALFA3=ON, ALFA4=PN))
    assert [(row["isin"], row["share_class"], row["flags"]) for row in found] == [
        (ON, "ON", ""), (PN, "PN", "")
    ]  # fmt: skip


def test_without_one_certain_isin_a_payout_is_known_by_issuer_and_class() -> None:
    other = "BRALFBACNOR9"
    [row] = rows(cash_list(PAID), details(ALFA3=ON, ALFB3=other))
    assert (row["security"], row["isin"], row["flags"]) == ("ALFA ON", None, "isin_unknown")


def test_receipts_are_not_taken_for_their_shares() -> None:
    receipt = CASH | {"isinCode": "BRALFAA04OR6", "assetIssued": "BRALFAA04OR6"}
    found = refined(supplement(cash=[CASH, receipt]), cash_list(PAID))
    assert {row["isin"]: row["price_prior"] for row in found.rows.to_dicts()} == {
        ON: Decimal("16.07"), "BRALFAA04OR6": None
    }  # fmt: skip


def test_values_that_differ_stay_two_and_say_so() -> None:
    found = rows(supplement(cash=[CASH | {"rate": "0,13"}]), cash_list(PAID))
    assert [(row["flags"], str(row["value"])[:6]) for row in found] == [
        ("unpaired", "0.1300"), ("unpaired", "0.1334")
    ]  # fmt: skip


def test_installments_are_rows_and_repeated_rows_are_not() -> None:
    later = CASH | {"paymentDate": "30/06/2022"}
    never = CASH | {"paymentDate": "31/12/9999"}
    found = refined(supplement(cash=[later, CASH, never, CASH]), cash_list(PAID))
    assert (found.collapsed, found.rejects.height) == (2, 0)
    assert [(row["installment"], row["payment_date"]) for row in found.rows.to_dicts()] == [
        (1, dt.date(2021, 12, 30)), (2, dt.date(2022, 6, 30)), (3, None)
    ]  # fmt: skip
    assert set(found.rows["price_prior"]) == {Decimal("16.07")}


def test_a_payout_published_twice_counts_once() -> None:
    final = CASH | {"relatedTo": "ANUAL/2021", "paymentDate": "15/12/2021"}
    found = refined(supplement(cash=[final, CASH]))
    [row] = found.rows.to_dicts()
    assert (row["related_to"], row["installment"]) == ("ANUAL/2021", 1)
    assert found.rejects["reason"].to_list() == ["published_twice"]


@pytest.mark.parametrize("day", ["31/12/9999", "01/01/1900", ""])
def test_a_sentinel_day_is_no_day(day: str) -> None:
    [row] = rows(supplement(cash=[CASH | {"paymentDate": day, "approvedOn": day}]))
    assert (row["payment_date"], row["approved_on"]) == (None, None)
    assert reasons(supplement(cash=[CASH | {"lastDatePrior": day}])) == ["missing_ref_date"]


def test_a_subscription_keeps_its_terms_and_changes_no_quantity() -> None:
    other = SUBSCRIPTION | {"priceUnit": "17,00000000000"}
    first, second = rows(supplement(subscriptions=[SUBSCRIPTION, other]))
    assert first["subscription_percent"] == Decimal("0.139940902")
    assert (first["subscription_price"], second["subscription_price"]) == (
        Decimal("16.09"), Decimal(17)
    )  # fmt: skip
    assert (first["installment"], second["installment"]) == (1, 2)
    assert first["multiplier"] is None
    assert first["subscription_date"] == dt.date(2014, 5, 29)


def test_a_blank_isin_and_a_wrong_one_are_flagged() -> None:
    [row] = rows(supplement(cash=[CASH | {"isinCode": "", "assetIssued": ""}]))
    assert (row["isin"], row["flags"]) == (None, "isin_unknown")
    [row] = rows(supplement(cash=[CASH | {"isinCode": "BRALFAACNOR2"}]))
    assert row["flags"] == "isin_check_digit"


def test_without_amount_there_is_no_event() -> None:
    assert reasons(supplement(cash=[CASH | {"rate": ""}])) == ["missing_amount"]


def test_what_left_b3s_list_stays_and_what_was_corrected_does_not() -> None:
    gone = CASH | {"lastDatePrior": "17/12/2019", "rate": "0,5"}
    wrong = CASH | {"lastDatePrior": "17/12/2021", "rate": "0,9"}
    before = supplement(cash=[gone, wrong], day="20221210")
    after = supplement(cash=[CASH, CASH | {"lastDatePrior": "17/12/2023"}], day="20240210")
    for files in ((before, after), (after, before)):
        found = rows(*files)
        assert [(row["ref_date"].year, str(row["value"])[:6]) for row in found] == [
            (2019, "0.5000"), (2021, "0.1334"), (2023, "0.1334")
        ]  # fmt: skip


def test_what_is_listed_again_is_known_since_it_was_first_listed() -> None:
    [row] = rows(supplement(cash=[CASH], day="20221210"), supplement(cash=[CASH]))
    assert row["available_at"] == dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


def test_all_real_events_are_out_set_aside_or_repeated(real_data: Path) -> None:
    name = "assets_20240229.json.gz"
    found = refined((name, (real_data / "b3" / "listed" / name).read_bytes()))
    assert found.read == 12609 == found.rows.height + found.rejects.height + found.collapsed
    assert found.collapsed == 12 + 6 + 3 + 5
    assert Counter(found.rows["kind"]) == {"cash": 10356, "stock": 860, "subscription": 881}
    assert Counter(found.rejects["reason"]) == {
        "label_without_rule": 296, "published_twice": 179, "missing_ref_date": 11
    }  # fmt: skip
    oi = found.rows.filter(pl.col("isin") == "BROIBRACNOR1", pl.col("label") == "GRUPAMENTO")
    [row] = oi.to_dicts()
    assert (row["ref_date"], row["ex_date"]) == (dt.date(2023, 1, 6), dt.date(2023, 1, 9))
    assert row["multiplier"] == Decimal("0.1")


def test_ambevs_real_payout_of_both_lists(real_data: Path) -> None:
    folder = real_data / "b3" / "listed"
    both = [
        (given, (folder / name).read_bytes())
        for given, name in (
            ("supplement_20221208.json", "GetListedSupplementCompany_20221208.json"),
            ("cash-ABEV_20221208.json", "GetListedCashDividends_20221208.json"),
        )
    ]
    found = refined(*both)
    assert (found.read, found.collapsed, found.rejects.height) == (33, 2, 0)
    row = found.rows.filter(pl.col("value") == Decimal("0.1334")).row(0, named=True)
    assert (row["isin"], row["price_prior"]) == ("BRABEVACNOR1", Decimal("16.07"))
    assert row["cash_percent"] == Decimal("0.830118")
    assert row["payment_date"] == dt.date(2021, 12, 30)
