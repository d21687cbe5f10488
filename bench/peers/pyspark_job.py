"""The main job in PySpark on one machine's two cores, with Parquet files for each layer.

``python bench/peers/pyspark_job.py DIR FILES...``. The DataFrame API as its guide teaches it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - as PySpark's guide imports it

HEADERS = ["TP_FUNDO_CLASSE", "CNPJ_FUNDO_CLASSE", "ID_SUBCLASSE", "DT_COMPTC", "VL_TOTAL",
           "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST"]  # fmt: skip
NUMBERS = {
    "total_assets": ("VL_TOTAL", "decimal(18,2)", r"^-?\d+(\.\d{0,2}0*)?$"),
    "quota": ("VL_QUOTA", "decimal(28,12)", r"^-?\d+(\.\d{0,12}0*)?$"),
    "net_worth": ("VL_PATRIM_LIQ", "decimal(18,2)", r"^-?\d+(\.\d{0,2}0*)?$"),
    "inflow": ("CAPTC_DIA", "decimal(18,2)", r"^-?\d+(\.\d{0,2}0*)?$"),
    "outflow": ("RESG_DIA", "decimal(18,2)", r"^-?\d+(\.\d{0,2}0*)?$"),
    "holders": ("NR_COTST", "bigint", r"^-?\d+$"),
}
FUND = ["cnpj", "subclass_id"]
KEY = [*FUND, "ref_date"]


def land(root: Path, files: list[Path], folder: Path) -> list[tuple[str, str, int, dt.datetime]]:
    """Copy the zips, unpack them for Spark, and note them."""
    ledger = []
    (root / "landing").mkdir(parents=True)
    for file in files:
        body = file.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        (root / "landing" / f"{file.name}.{digest[:16]}").write_bytes(body)
        ledger.append((file.name, digest, len(body), dt.datetime.now(dt.UTC)))
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder)
    return ledger


def bronze(spark: SparkSession, folder: Path) -> Any:
    schema = ", ".join(f"{header} string" for header in [*HEADERS, "_malformed"])
    text = (
        spark.read.schema(schema)
        .option("sep", ";").option("header", "true").option("quote", "")
        .option("encoding", "ISO-8859-1").option("columnNameOfCorruptRecord", "_malformed")
        .csv(str(folder))
    )  # fmt: skip
    name = F.col("_metadata.file_name")
    period = F.regexp_extract(name, r"(\d{6})\.csv", 1)
    return text.withColumns(
        {
            "_file": name,
            "_row": F.monotonically_increasing_id(),
            "_run_id": F.lit("pyspark"),
            "_ingested_at": F.current_timestamp(),
            "_period": F.concat_ws("-", period.substr(1, 4), period.substr(5, 2)),
        }
    )


def is_cnpj(cnpj: Any) -> Any:
    digits = [F.ascii(cnpj.substr(place, 1)) - 48 for place in range(1, 15)]
    good = F.length(cnpj) == 14
    for place in (12, 13):
        weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][-place:]
        rest = sum(d * w for d, w in zip(digits, weights, strict=False)) % 11
        good &= digits[place] == F.when(rest < 2, 0).otherwise(11 - rest)
    return good


def judge(text: Any) -> Any:
    """Typed columns, and the first reason why a row may not stay."""
    cnpj = F.translate("CNPJ_FUNDO_CLASSE", "./- ", "")
    day = F.trim("DT_COMPTC")
    month = F.to_date(F.concat("_period", F.lit("-01")))
    rows = text.withColumns({
        "cnpj": cnpj, "subclass_id": F.trim(F.coalesce("ID_SUBCLASSE", F.lit(""))),
        "fund_type": F.trim("TP_FUNDO_CLASSE"), "month": month,
        "ref_date": F.when(day.rlike(r"^\d{4}-\d{2}-\d{2}$"), day.try_cast("date")),
    })  # fmt: skip
    known = rows.select("cnpj").distinct().withColumn("good", is_cnpj(F.col("cnpj")))
    rows = rows.join(F.broadcast(known), "cnpj", "left")
    bad = (F.col("cnpj") != "") & ~F.col("good")
    empty = F.coalesce(cnpj, F.lit("")) == ""
    reason = F.when(F.col("_malformed").isNotNull(), "malformed").when(empty, "missing")
    reason = reason.when(bad, "unreadable")
    reason = reason.when(F.coalesce(day, F.lit("")) == "", "missing")
    reason = reason.when(F.col("ref_date").isNull(), "unreadable")
    below = F.expr("false")
    for name, (header, kind, pattern) in NUMBERS.items():
        number = F.trim(header)
        value = F.when(number.rlike(pattern), number.try_cast(kind))
        rows = rows.withColumn(name, value)
        reason = reason.when((number != "") & value.isNull(), "unreadable")
        if name in ("inflow", "outflow", "holders"):
            below |= value < 0
    reason = reason.when(F.coalesce(below, F.expr("false")), "below")
    reason = reason.when(F.trunc("ref_date", "month") != month, "date_outside_month")
    names = ["_file", "_row", "month", *KEY, "fund_type", *NUMBERS]
    return rows.select(*names, reason.alias("reason"))


def deduplicate(rows: Any) -> Any:
    """Mark what a later row of the same key repeats (``same``) or replaces."""
    values = F.struct("fund_type", *NUMBERS)
    good = F.col("reason").isNull()
    latest = Window.partitionBy("month", *KEY, good).orderBy(F.desc("_row"))
    return rows.withColumns({
        "place": F.row_number().over(latest),
        "same": values.eqNullSafe(F.first(values).over(latest)),
    })  # fmt: skip


def published(spark: SparkSession, months: list[dt.date]) -> Any:
    """When each day could be known."""
    from lastro.core.calendar import add_bank_days

    days = [first + dt.timedelta(days=number) for first in months for number in range(31)]
    known = [(day, add_bank_days(day + dt.timedelta(days=1), 1)) for day in sorted({*days})]
    table = spark.createDataFrame(known, "ref_date date, public date")
    at = F.col("public").cast("timestamp") + F.expr("interval 11 hours")
    return F.broadcast(table.select("ref_date", at.alias("available_at")))


def silver(judged: Any, public: Any) -> Any:
    flags = F.concat_ws(
        ",",
        F.when(F.col("quota") <= 0, "quota_not_positive"),
        F.when(F.col("quota").isNull(), "quota_missing"),
        F.when(F.col("net_worth") <= 0, "net_worth_not_positive"),
    )
    single = judged.filter(F.col("reason").isNull() & (F.col("place") == 1))
    names = [*KEY, "fund_type", *NUMBERS, "available_at", "month"]
    return single.join(public, "ref_date", "left").select(*names, flags.alias("flags"))


def daily(navs: Any) -> Any:
    before = Window.partitionBy(*FUND).orderBy("ref_date")
    near = F.lag("month").over(before) >= F.add_months("month", -1)
    price = F.when(F.col("quota") > 0, F.col("quota").cast("double"))
    worth = F.when(F.col("net_worth") > 0, F.col("net_worth").cast("double"))
    flow = (F.col("inflow") - F.col("outflow")).cast("decimal(18,2)")
    earlier = F.when(near, F.lag(price).over(before))
    held = F.when(near, F.lag("holders").over(before))
    return navs.select(
        *KEY, "month", "inflow", "outflow", flow.alias("net_flow"), worth.alias("mean_net_worth"),
        (price / earlier - 1).alias("quota_return"),
        (flow.cast("double") / worth).alias("flow_ratio"),
        F.col("holders").alias("holders_end"), (F.col("holders") - held).alias("holders_change"),
        F.lit(1).cast("bigint").alias("reporting_days"), "available_at",
    )  # fmt: skip


def monthly(navs: Any) -> Any:
    good = F.when(F.col("quota") > 0, F.col("quota"))
    worth = F.when(F.col("net_worth") > 0, F.col("net_worth"))
    months = navs.groupBy(*FUND, "month").agg(
        F.sum("inflow").cast("decimal(38,2)").alias("inflow"),
        F.sum("outflow").cast("decimal(38,2)").alias("outflow"),
        (F.sum(worth).cast("double") / F.count(worth)).alias("mean_net_worth"),
        F.count(F.lit(1)).alias("reporting_days"),
        F.count(good).alias("good"),
        F.min_by(F.struct(good.alias("v")), "ref_date")["v"].alias("first"),
        F.max_by(F.struct(good.alias("v")), "ref_date")["v"].alias("last"),
        F.max_by("holders", "ref_date").alias("holders_end"),
        F.max_by("net_worth", "ref_date").alias("net_worth_end"),
        F.max_by("fund_type", "ref_date").alias("fund_type"),
        F.max("available_at").alias("available_at"),
    )
    before = months.select(
        *FUND, F.add_months("month", 1).alias("month"), F.col("last").alias("closing"),
        F.col("holders_end").alias("held"), F.expr("true").alias("known"),
    )  # fmt: skip
    base = F.when(F.col("known"), F.col("closing")).otherwise(F.col("first")).cast("double")
    whole = F.col("good") == F.col("reporting_days")
    change = F.when(whole, F.col("last").cast("double") / base - 1)
    flow = (F.col("inflow") - F.col("outflow")).cast("decimal(38,2)")
    return months.join(before, [*FUND, "month"], "left").select(
        *FUND, "month", "inflow", "outflow", flow.alias("net_flow"), "mean_net_worth",
        change.alias("quota_return"),
        (flow.cast("double") / F.col("mean_net_worth")).alias("flow_ratio"), "holders_end",
        (F.col("holders_end") - F.col("held")).alias("holders_change"), "reporting_days",
        "fund_type", "net_worth_end", "available_at",
    )  # fmt: skip


def main(root: Path, files: list[Path]) -> None:
    spark = (
        SparkSession.builder.master("local[2]").appName("flows")
        .config("spark.driver.memory", "3g").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )  # fmt: skip
    spark.sparkContext.setLogLevel("ERROR")

    def write(table: str, rows: Any, partition: str) -> Any:
        path = str(root / table.replace(".", "/"))
        rows.write.partitionBy(partition).parquet(path)
        return spark.read.parquet(path)

    months = [dt.date(int(f.stem[-6:-2]), int(f.stem[-2:]), 1) for f in files]
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        ledger = land(root, files, Path(folder))
        schema = "name string, sha256 string, size bigint, landed_at timestamp"
        notes = spark.createDataFrame(ledger, schema).withColumn("source", F.lit("cvm_funds"))
        write("ops.ledger", notes, "source")
        text = write("bronze.cvm_funds", bronze(spark, Path(folder)), "_period")
    judged = deduplicate(judge(text)).cache()
    navs = write("silver.fund_navs", silver(judged, published(spark, months)), "month")
    replaced = F.when((F.col("place") > 1) & ~F.col("same"), "superseded")
    reason = F.coalesce("reason", replaced).alias("reason")
    refused = judged.select("_file", "_row", "month", reason).filter(F.col("reason").isNotNull())
    record = F.coalesce("_malformed", F.concat_ws(";", *HEADERS)).alias("record")
    aside = text.join(F.broadcast(refused), ["_file", "_row"])
    write("quarantine.fund_navs", aside.select("reason", record, "_row", "_file", "month"), "month")
    write("gold.fund_flows_daily", daily(navs), "month")
    write("gold.fund_flows_monthly", monthly(navs), "month")
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
