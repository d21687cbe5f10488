"""The main job as a competent pandas script does it, with Parquet files for each layer.

``python bench/peers/pandas_job.py DIR FILES...``. Numbers are floats, as in most such scripts.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

pd.options.future.infer_string = True  # text in Arrow, as in pandas 3: a fifth faster here

HEADERS = ["TP_FUNDO_CLASSE", "CNPJ_FUNDO_CLASSE", "ID_SUBCLASSE", "DT_COMPTC", "VL_TOTAL",
           "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST"]  # fmt: skip
MONEY = {"total_assets": "VL_TOTAL", "net_worth": "VL_PATRIM_LIQ", "inflow": "CAPTC_DIA",
         "outflow": "RESG_DIA"}  # fmt: skip
NUMBERS = {
    **{name: (header, r"-?\d+(\.\d{0,2}0*)?") for name, header in MONEY.items()},
    "quota": ("VL_QUOTA", r"-?\d+(\.\d{0,12}0*)?"),
    "holders": ("NR_COTST", r"-?\d+(\.0+)?"),
}
FUND = ["cnpj", "subclass_id"]
KEY = [*FUND, "ref_date"]


def write(root: Path, table: str, partition: str, rows: Any) -> None:
    folder = root / table.replace(".", "/") / partition
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "part.parquet", index=False)


def land(root: Path, file: Path) -> dict[str, Any]:
    body = file.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    target = root / "landing" / f"{file.name}.{digest[:16]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    return {"name": file.name, "key": str(target), "sha256": digest, "size": len(body),
            "landed_at": pd.Timestamp.now("UTC")}  # fmt: skip


def read(file: Path) -> Any:
    """Text columns; a torn line has too many fields, or blanks where the last ones should be."""
    text = pd.read_csv(
        file, sep=";", encoding="latin-1", dtype=str, quoting=csv.QUOTE_NONE, header=None,
        skiprows=1, names=[*HEADERS, "_extra"], keep_default_na=False, index_col=False,
    )  # fmt: skip
    return text.assign(_row=np.arange(1, len(text) + 1))


def is_cnpj(clean: str) -> bool:
    if len(clean) != 14:
        return False
    digits = [ord(letter) - 48 for letter in clean]
    for place in (12, 13):
        weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][-place:]
        rest = sum(d * w for d, w in zip(digits, weights, strict=False)) % 11
        if digits[place] != (0 if rest < 2 else 11 - rest):
            return False
    return True


def judge(text: Any, month: dt.date) -> tuple[Any, Any]:
    """Typed rows, and for each the reason why it may not stay (blank: it may)."""
    rows = pd.DataFrame({"fund_type": text["TP_FUNDO_CLASSE"].str.strip(),
                         "subclass_id": text["ID_SUBCLASSE"].str.strip()})  # fmt: skip
    published = text["CNPJ_FUNDO_CLASSE"]
    clean = {raw: raw.translate(str.maketrans("", "", "./- ")) for raw in published.unique()}
    valid = {raw: is_cnpj(value) for raw, value in clean.items()}
    rows["cnpj"] = published.map(clean)
    reason = pd.Series("", index=text.index)
    reason[~published.map(valid)] = "unreadable"
    reason[rows["cnpj"] == ""] = "missing"
    day = text["DT_COMPTC"].str.strip()
    rows["ref_date"] = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    reason[rows["ref_date"].isna() & (reason == "")] = "unreadable"
    reason[(day == "")] = "missing"
    for name, (header, pattern) in NUMBERS.items():
        number = text[header].str.strip()
        bad = (number != "") & ~number.str.fullmatch(pattern)
        rows[name] = pd.to_numeric(number.where(~bad), errors="coerce")
        reason[bad & (reason == "")] = "unreadable"
    for name in ("inflow", "outflow", "holders"):
        reason[(rows[name] < 0) & (reason == "")] = "below"
    outside = rows["ref_date"].dt.to_period("M") != pd.Period(month, "M")
    reason[outside & (reason == "")] = "date_outside_month"
    torn = (text["_extra"] != "") | ((text["NR_COTST"] == "") & (text["RESG_DIA"] == ""))
    reason[torn] = "malformed"
    return rows, reason


def deduplicate(rows: Any) -> tuple[Any, Any]:
    """The last row of each key, and the different ones that it replaced."""
    replaced = rows[rows.duplicated(KEY, keep="last")]
    kept = rows.drop_duplicates(KEY, keep="last")
    values = [name for name in rows.columns if name not in KEY]
    beside = replaced[KEY].merge(kept, on=KEY, how="left")[values].set_index(replaced.index)
    here = replaced[values]
    same = ((here == beside) | (here.isna() & beside.isna())).all(axis=1)
    return kept.sort_values(KEY, ignore_index=True), replaced.index[~same]


def published_at(days: Any) -> Any:
    from lastro.core.calendar import add_bank_days

    public = {
        day: pd.Timestamp(add_bank_days(day.date() + dt.timedelta(days=1), 1), tz="UTC")
        + pd.Timedelta(hours=11)
        for day in days.unique()
    }
    return days.map(public)


def flags(rows: Any) -> Any:
    found = pd.Series("", index=rows.index)
    for code, mask in (("quota_not_positive", rows["quota"] <= 0),
                       ("quota_missing", rows["quota"].isna()),
                       ("net_worth_not_positive", rows["net_worth"] <= 0)):  # fmt: skip
        found[mask] += "," + code
    return found.str.lstrip(",")


def refine(root: Path, file: Path, month: dt.date, key: str) -> Any:
    """Bronze, silver and quarantine of a month."""
    text = read(file)
    extra = {"_file": key, "_run_id": "pandas", "_ingested_at": pd.Timestamp.now("UTC")}
    write(root, "bronze.cvm_funds", f"_period={month:%Y-%m}", text.assign(**extra))
    rows, reason = judge(text, month)
    silver, superseded = deduplicate(rows[reason == ""])
    reason[superseded] = "superseded"
    aside = text[reason != ""]
    record = aside[HEADERS].agg(";".join, axis=1)
    write(root, "quarantine.fund_navs", f"month={month}", pd.DataFrame(
        {"reason": reason[aside.index], "record": record, "row": aside["_row"], "file": key}
    ))  # fmt: skip
    silver = silver.assign(available_at=published_at(silver["ref_date"]), flags=flags(silver))
    silver["holders"] = silver["holders"].astype("Int64")
    write(root, "silver.fund_navs", f"month={month}",
          silver.assign(ref_date=silver["ref_date"].dt.date))  # fmt: skip
    return silver


def daily(root: Path, month: dt.date, silver: Any, before: Any) -> None:
    days = silver.assign(price=silver["quota"].where(silver["quota"] > 0), own=True)
    if before is not None:
        days = pd.concat([before.assign(own=False), days], ignore_index=True)
    days = days.sort_values(KEY, ignore_index=True)
    held = days.groupby(FUND, sort=False)[["price", "holders"]].shift(1)
    days["quota_return"] = days["price"] / held["price"] - 1
    days["holders_change"] = days["holders"] - held["holders"]
    days = days[days["own"].astype(bool)].rename(columns={"holders": "holders_end"})
    days["net_flow"] = days["inflow"] - days["outflow"]
    days["mean_net_worth"] = days["net_worth"].where(days["net_worth"] > 0)
    days["flow_ratio"] = days["net_flow"] / days["mean_net_worth"]
    days["reporting_days"] = 1
    days["ref_date"] = days["ref_date"].dt.date
    names = [*KEY, "inflow", "outflow", "net_flow", "mean_net_worth", "quota_return", "flow_ratio",
             "holders_end", "holders_change", "reporting_days", "available_at"]  # fmt: skip
    write(root, "gold.fund_flows_daily", f"month={month}", days[names])


def monthly(root: Path, month: dt.date, silver: Any, before: Any) -> Any:
    """The month's flows; returns its closings."""
    days = silver.assign(price=silver["quota"].where(silver["quota"] > 0),
                         worth=silver["net_worth"].where(silver["net_worth"] > 0))  # fmt: skip
    grouped = days.groupby(FUND, sort=False)
    months = grouped.agg(
        inflow=("inflow", "sum"), outflow=("outflow", "sum"), mean_net_worth=("worth", "mean"),
        reporting_days=("price", "size"), good=("price", "count"),
        available_at=("available_at", "max"),
    )  # fmt: skip
    last = days.drop_duplicates(FUND, keep="last").set_index(FUND)
    first = days.drop_duplicates(FUND, keep="first").set_index(FUND)
    base = first["price"]
    if before is not None:
        closing = before.set_index(FUND)
        known = base.index.isin(closing.index)
        base = base.where(~known, closing["price"].reindex(base.index))
        months["holders_change"] = last["holders"] - closing["holders"].reindex(last.index)
    else:
        months["holders_change"] = pd.Series(pd.NA, index=months.index, dtype="Int64")
    months["net_flow"] = months["inflow"] - months["outflow"]
    change = last["price"] / base - 1
    months["quota_return"] = change.where(months["good"] == months["reporting_days"])
    months["flow_ratio"] = months["net_flow"] / months["mean_net_worth"]
    months = months.assign(holders_end=last["holders"], fund_type=last["fund_type"],
                           net_worth_end=last["net_worth"])  # fmt: skip
    write(root, "gold.fund_flows_monthly", f"month={month}",
          months.drop(columns="good").reset_index())  # fmt: skip
    return last.reset_index()[[*KEY, "price", "holders"]]


def main(root: Path, files: list[Path]) -> None:
    ledger, closings = [], None
    for file in files:
        month = dt.datetime.strptime(file.stem[-6:], "%Y%m").date()  # noqa: DTZ007
        ledger.append(land(root, file))
        silver = refine(root, file, month, ledger[-1]["key"])
        daily(root, month, silver, closings)
        closings = monthly(root, month, silver, closings)
    write(root, "ops.ledger", "source=cvm_funds", pd.DataFrame(ledger))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
