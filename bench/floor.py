"""The floor: the main job by hand, for this one job, as fast as the same libraries allow.

``python bench/floor.py DIR FILES...`` reads the months and writes the tables that ``job.py``
writes. It is a yardstick and not a style: it knows CVM's newest layout and nothing else, plans
nothing, remembers nothing, restates nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
import zipfile
from calendar import monthrange
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from deltalake import Field, Schema
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, create_table_with_add_actions
from isal import isal_zlib

from lastro.core.calendar import add_bank_days  # the rule of the data, not of the engine

HEADERS = ("TP_FUNDO_CLASSE", "CNPJ_FUNDO_CLASSE", "ID_SUBCLASSE", "DT_COMPTC", "VL_TOTAL",
           "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST")  # fmt: skip
NAMES = ("fund_type", "cnpj", "subclass_id", "ref_date", "total_assets", "quota", "net_worth",
         "inflow", "outflow", "holders")  # fmt: skip
MONEY, QUOTA, INSTANT = pl.Decimal(18, 2), pl.Decimal(28, 12), pl.Datetime("us", "UTC")
NUMBERS = {"total_assets": MONEY, "quota": QUOTA, "net_worth": MONEY, "inflow": MONEY,
           "outflow": MONEY, "holders": pl.Int64()}  # fmt: skip
KEY = ("cnpj", "subclass_id")
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
WEIGHTS = np.array([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
BLOCK = 1 << 16
RUN = "floor"


@dataclass
class Job:
    """Where to write, and what waits for the commits."""

    root: Path
    now: dt.datetime
    actions: dict[str, list[AddAction]]
    schemas: dict[str, pl.Schema]

    def write(self, table: str, partition: str, value: str, rows: pl.DataFrame) -> None:
        """One Parquet file, noted for the commit."""
        folder = self.root / table.replace(".", "/") / f"{partition}={value}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "0.parquet"
        rows.write_parquet(path, compression="zstd", compression_level=1)
        kind = pl.Date() if partition == "month" else pl.String()
        self.schemas[table] = pl.Schema({**rows.schema, partition: kind})
        days = rows["ref_date"] if "ref_date" in rows.columns else pl.Series([None])
        least, most = {"ref_date": str(days.min())}, {"ref_date": str(days.max())}
        bounds = {"minValues": least, "maxValues": most}
        stats = json.dumps({"numRecords": rows.height, **(bounds if len(days) > 1 else {})})
        place, now = f"{partition}={value}/0.parquet", int(time.time() * 1000)
        action = AddAction(
            place, path.stat().st_size, {partition: value}, now, data_change=True, stats=stats
        )
        self.actions.setdefault(table, []).append(action)

    def commit(self) -> None:
        """Every table in one version."""
        for table, actions in self.actions.items():
            partition = next(iter(actions[0].partition_values))
            fields = [Field(n, PrimitiveType(_delta(t))) for n, t in self.schemas[table].items()]
            folder = str(self.root / table.replace(".", "/"))
            create_table_with_add_actions(folder, Schema(fields), actions, "error", [partition])


def _delta(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Decimal):
        return f"decimal({kind.precision},{kind.scale})"
    names = {pl.String: "string", pl.Date: "date", pl.Datetime: "timestamp", pl.Int64: "long",
             pl.Float64: "double", pl.Boolean: "boolean"}  # fmt: skip
    return names[kind.base_type()]


def unzip(file: Path, body: bytes) -> bytes:
    """The only member's bytes."""
    info = zipfile.ZipFile(file).infolist()[0]
    start = info.header_offset + 30 + len(info.filename)
    raw: bytes = isal_zlib.decompress(body[start : start + info.compress_size], wbits=-15)
    if isal_zlib.crc32(raw) != info.CRC:
        raise ValueError(file)
    return raw


def mend(raw: bytes) -> tuple[bytes, dict[int, str], int]:
    """The rows as UTF-8 without the torn lines; those by their place; and how many there are."""
    codes, view = np.frombuffer(raw, np.uint8), memoryview(raw)
    start = kept = raw.index(b"\n") + 1
    pieces: list[bytes | memoryview] = []
    torn: dict[int, str] = {}
    rows, fields = 0, len(HEADERS)
    while start < len(raw):
        end = raw.find(b"\n", start + BLOCK) + 1 or len(raw)
        block = codes[start:end]
        lines = int(np.count_nonzero(block == 10))
        ragged = np.count_nonzero(block == 59) != lines * (fields - 1)
        if ragged or block.max() > 127:
            pieces.append(view[kept:start])
            kept, text = end, raw[start:end]
            if ragged:
                split = text.splitlines(keepends=True)
                bad = {at: s for at, s in enumerate(split, 1) if s.count(b";") != fields - 1}
                torn |= {rows + at: s.decode("latin-1").rstrip() for at, s in bad.items()}
                text = b"".join(s for at, s in enumerate(split, 1) if at not in bad)
            pieces.append(text.decode("latin-1").encode())
        rows, start = rows + lines, end
    return b"".join([*pieces, view[kept:]]), torn, rows


def check_cnpj(clean: pl.Series) -> Bools:
    """Which of these have 14 characters and right check digits."""
    sized = (clean.str.len_bytes() == 14).to_numpy()
    codes = np.frombuffer("".join(clean.filter(sized)).encode(), np.uint8).reshape(-1, 14)
    digits = codes.astype(np.int64) - 48
    valid = np.ones(len(digits), dtype=bool)
    for place in (12, 13):
        rest = digits[:, :place] @ WEIGHTS[-place:] % 11
        valid &= digits[:, place] == np.where(rest < 2, 0, 11 - rest)
    result = np.zeros(len(clean), dtype=bool)
    result[sized] = valid
    return result


@dataclass
class Units:
    """Funds: which one each line speaks of, by rank, and their names by rank."""

    rank: Ints
    names: pl.DataFrame
    good: Bools


def find_units(text: pl.DataFrame) -> Units:
    """Clean and rank each run of equal names once instead of each line."""
    cnpj, subclass = text["CNPJ_FUNDO_CLASSE"], text["ID_SUBCLASSE"]
    starts = ((cnpj != cnpj.shift(1)) | (subclass != subclass.shift(1))).fill_null(value=True)
    clean = cnpj.filter(starts)
    for mark in "./- ":
        clean = clean.str.replace_all(mark, "", literal=True)
    runs = pl.DataFrame({"cnpj": clean, "subclass_id": subclass.filter(starts).str.strip_chars()})
    names = runs.unique().sort(KEY).with_row_index("rank")
    ranks = runs.join(names, on=KEY, how="left", maintain_order="left")["rank"].to_numpy()
    run = np.cumsum(starts.to_numpy()) - 1
    return Units(ranks[run].astype(np.int64), names, check_cnpj(clean)[run])


def type_plain(text: pl.DataFrame) -> pl.DataFrame:
    """The columns as their plain lines are written; ``odd`` where a line must be looked at."""
    raw = dict(zip(NAMES, HEADERS, strict=True))
    casts = [pl.col(raw[n]).cast(kind, strict=False).alias(n) for n, kind in NUMBERS.items()]
    day = pl.col("DT_COMPTC").str.to_date("%Y-%m-%d", strict=False).alias("ref_date")
    shape = [pl.col(raw[n]).str.slice(-kind.scale - 1, 1) != "." for n, kind in NUMBERS.items()
             if isinstance(kind, pl.Decimal)]  # fmt: skip
    kind = pl.col("TP_FUNDO_CLASSE").str.strip_chars().alias("fund_type")
    shapes = pl.any_horizontal(*shape, pl.col("DT_COMPTC").str.len_bytes() != 10).alias("shape")
    typed = text.lazy().select(kind, day, *casts, shapes).collect()
    names = ["ref_date", *NUMBERS]
    least = [pl.col(name) < 0 for name in ("inflow", "outflow", "holders")]
    odd = pl.any_horizontal("shape", *(pl.col(n).is_null() for n in names), *least)
    return typed.with_columns(odd.fill_null(value=True).alias("odd")).drop("shape")


def type_odd(text: pl.DataFrame, month: dt.date) -> pl.DataFrame:
    """The odd lines, carefully: typed columns and ``reason``, null where there is none."""
    clean = text.select(pl.col(h).str.strip_chars().alias(n)
                        for h, n in zip(HEADERS, NAMES, strict=True))  # fmt: skip
    read, reasons = [pl.col("fund_type")], []
    day = pl.col("ref_date").str.to_date("%Y-%m-%d", strict=False)
    shaped = pl.col("ref_date").str.contains(r"^\d{4}-\d{2}-\d{2}$")
    day = pl.when(shaped).then(day)
    cnpj = pl.col("cnpj")
    reasons.append(pl.when(~text["_cnpj"], cnpj != "").then(pl.lit("unreadable_cnpj")))
    reasons.append(pl.when(cnpj == "").then(pl.lit("missing_cnpj")))
    reasons.append(pl.when(day.is_null(), pl.col("ref_date") != "")
                   .then(pl.lit("unreadable_ref_date")))  # fmt: skip
    reasons.append(pl.when(pl.col("ref_date") == "").then(pl.lit("missing_ref_date")))
    for name, kind in NUMBERS.items():
        scale = kind.scale if isinstance(kind, pl.Decimal) else 0
        good = pl.col(name).str.contains(rf"^-?\d+(\.\d{{0,{scale}}}0*)?$")
        number = pl.col(name) if scale else pl.col(name).str.replace(r"\.0+$", "")
        value = pl.when(good).then(number).cast(kind, strict=False)
        read.append(value.alias(name))
        reasons.append(pl.when(value.is_null(), pl.col(name) != "")
                       .then(pl.lit(f"unreadable_{name}")))  # fmt: skip
        if name in ("inflow", "outflow", "holders"):
            reasons.append(pl.when(value < 0).then(pl.lit(f"below_0_{name}")))
    found = pl.concat_str(reasons, separator=",", ignore_nulls=True)
    outside = pl.when(day.dt.truncate("1mo") != month).then(pl.lit("date_outside_month"))
    reason = pl.when(found != "").then(found).otherwise(outside).alias("reason")
    return clean.select(read[0], day.alias("ref_date"), *read[1:], reason)


@dataclass
class Silver:
    """A month's days in order, and where each fund's begin."""

    month: dt.date
    days: pl.DataFrame
    starts: Ints


def prepare(job: Job, file: Path) -> Silver:
    """Landing, bronze, silver and quarantine of one month."""
    month = dt.date(int(file.stem[-6:-2]), int(file.stem[-2:]), 1)
    body = file.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    key = f"landing/cvm_funds/{file.name}/{digest[:16]}"
    (job.root / key).parent.mkdir(parents=True)
    (job.root / key).write_bytes(body)
    job.write("ops.ledger", "source", f"cvm_funds_{month:%Y%m}", pl.DataFrame(
        {"name": file.name, "key": key, "sha256": digest, "size": len(body), "run_id": RUN,
         "landed_at": job.now}))  # fmt: skip
    utf8, torn, rows = mend(unzip(file, body))
    text = pl.read_csv(utf8, separator=";", quote_char=None, has_header=False,
                       schema=dict.fromkeys(HEADERS, pl.String()),
                       empty_string_is_null=False)  # fmt: skip
    del utf8
    numbers = np.delete(np.arange(1, rows + 1), [at - 1 for at in torn])
    whole = text.with_columns(_row=pl.Series(numbers), _malformed=pl.lit(None, pl.String))
    lines = pl.DataFrame({"_row": list(torn), "_malformed": list(torn.values())},
                         schema={"_row": pl.Int64, "_malformed": pl.String})  # fmt: skip
    now = pl.lit(job.now, INSTANT)
    origin = {"_file": pl.lit(key), "_run_id": pl.lit(RUN), "_ingested_at": now}
    bronze = pl.concat([whole, lines], how="diagonal").with_columns(**origin)
    job.write("bronze.cvm_funds", "_period", f"{month:%Y-%m}", bronze)
    return refine(job, month, key, whole, lines)


@dataclass
class Lines:
    """A month's lines, read; and those refused, with the reason."""

    values: pl.DataFrame  # of every line, and after them of the odd ones, read with care
    place: Ints  # where in ``values`` a line stands; -1 where it was refused
    days: Ints  # since 1970
    refused: Ints
    reasons: pl.Series


def read_lines(text: pl.DataFrame, month: dt.date, good: Bools) -> Lines:
    """Type all lines at once, and the odd ones, of which there are few, again."""
    plain = type_plain(text)
    days = plain["ref_date"].to_physical().fill_null(-1).to_numpy().astype(np.int64)
    first = month.toordinal() - dt.date(1970, 1, 1).toordinal()
    outside = (days < first) | (days >= first + monthrange(month.year, month.month)[1])
    odd = np.flatnonzero(plain["odd"].to_numpy() | outside | ~good)
    careful = type_odd(text[odd].with_columns(_cnpj=pl.Series(good[odd])), month)
    fine = careful["reason"].is_null().to_numpy()
    place = np.arange(text.height)
    place[odd] = np.where(fine, np.arange(len(odd)) + text.height, -1)
    days[odd] = careful["ref_date"].to_physical().fill_null(-1).to_numpy()
    values = pl.concat([plain.drop("odd"), careful.drop("reason")])
    return Lines(values, place, days, odd[~fine], careful["reason"].filter(pl.Series(~fine)))


def refine(job: Job, month: dt.date, key: str, text: pl.DataFrame, torn: pl.DataFrame) -> Silver:
    """Silver and quarantine from a month's text."""
    units = find_units(text)
    lines = read_lines(text, month, units.good)
    stays = np.flatnonzero(lines.place >= 0)
    keys = units.rank[stays] << 32 | lines.days[stays]
    order = np.argsort(keys, kind="stable")  # of one key, the last line comes last
    keys, stays = keys[order], stays[order]
    final = np.append(keys[1:] != keys[:-1], True)
    kept, rank = stays[final], keys[final] >> 32
    silver = lines.values[lines.place[kept]]
    wrong = (_true(silver["quota"] <= 0) + 2 * _true(silver["quota"].is_null())
             + 4 * _true(silver["net_worth"] <= 0))  # fmt: skip
    silver = silver.select(
        units.names["cnpj"].gather(rank), units.names["subclass_id"].gather(rank), "fund_type",
        "ref_date", *NUMBERS, _published(lines.days[kept]).alias("available_at"),
        FLAGS.gather(wrong).alias("flags"),
    )  # fmt: skip
    job.write("silver.fund_navs", "month", month.isoformat(), silver)

    replaced = np.flatnonzero(~final)
    winner = kept[np.cumsum(final)[replaced]]
    here, there = (lines.values[lines.place[at]] for at in (stays[replaced], winner))
    superseded = stays[replaced][~(here.hash_rows() == there.hash_rows()).to_numpy()]
    aside = pl.concat([
        _aside(text[lines.refused], lines.reasons),
        _aside(text[superseded], pl.repeat("superseded", len(superseded), eager=True)),
        torn.select(reason=pl.lit("malformed_line"), record="_malformed", row="_row"),
    ])  # fmt: skip
    aside = aside.with_columns(
        file=pl.lit(key), run_id=pl.lit(RUN), seen_at=pl.lit(job.now, INSTANT)
    )
    job.write("quarantine.fund_navs", "month", month.isoformat(), aside)
    return Silver(month, silver, np.flatnonzero(np.diff(rank, prepend=-1)))


def _true(mask: pl.Series) -> Ints:
    return mask.fill_null(value=False).to_numpy().astype(np.int64)


FLAGS = pl.Series([
    "", "quota_not_positive", "quota_missing", "", "net_worth_not_positive",
    "quota_not_positive,net_worth_not_positive", "quota_missing,net_worth_not_positive",
])  # fmt: skip


def _aside(text: pl.DataFrame, reason: pl.Series) -> pl.DataFrame:
    record = pl.concat_str(HEADERS, separator=";").alias("record")
    return text.select(reason.alias("reason"), record, pl.col("_row").alias("row"))


def _published(days: Ints) -> pl.Series:
    """When each day was public: at 08:00 in Brasília of the bank day after the next."""
    first = int(days.min())
    table = []
    for number in range(first, int(days.max()) + 1):
        day = dt.date(1970, 1, 1) + dt.timedelta(days=number)
        public = add_bank_days(day + dt.timedelta(days=1), 1)
        table.append(dt.datetime.combine(public, dt.time(11), dt.UTC))
    return pl.Series(table, dtype=INSTANT).gather(days - first)


def gold(job: Job, silver: Silver, before: pl.DataFrame) -> pl.DataFrame:
    """Daily and monthly flows of one month; returns its closings."""
    days, starts = silver.days, silver.starts
    month, funds = silver.month, len(starts)
    ends = np.append(starts[1:], days.height) - 1
    good = pl.when(pl.col("quota") > 0).then("quota").cast(pl.Float64)
    price = days.select(price=good).to_series()
    closing = days.select(KEY)[starts].join(before, on=KEY, how="left", maintain_order="left")
    daily = days.select(
        *KEY, "ref_date", "inflow", "outflow", price, "net_worth", "holders", "available_at",
        before=price.shift(1).scatter(starts, closing["price"]),
        held=pl.col("holders").shift(1),
    )  # fmt: skip
    daily = daily.with_columns(daily["held"].scatter(starts, closing["holders"]))
    worth = pl.when(pl.col("net_worth") > 0).then("net_worth").cast(pl.Float64)
    flow = (pl.col("inflow") - pl.col("outflow")).cast(MONEY)
    job.write("gold.fund_flows_daily", "month", month.isoformat(), daily.lazy().select(
        *KEY, "ref_date", "inflow", "outflow", net_flow=flow, mean_net_worth=worth,
        quota_return=pl.col("price") / pl.col("before") - 1,
        flow_ratio=flow.cast(pl.Float64) / worth,
        holders_end="holders", holders_change=pl.col("holders") - pl.col("held"),
        reporting_days=pl.lit(1, pl.Int64), available_at="available_at",
    ).collect())  # fmt: skip

    fund = pl.Series(np.repeat(np.arange(funds, dtype=np.uint32), ends - starts + 1)).set_sorted()
    total = pl.Decimal(38, 2)
    positive = pl.col("net_worth").filter(pl.col("net_worth") > 0)
    sums = days.lazy().select(
        fund.alias("fund"), "inflow", "outflow", "net_worth", "available_at", price=price,
    ).group_by("fund", maintain_order=True).agg(
        pl.col("inflow", "outflow").sum().cast(total), worth=positive.sum(),
        worth_days=positive.len(), reporting_days=pl.len().cast(pl.Int64),
        flagged=pl.col("price").null_count(), available_at=pl.col("available_at").max(),
    ).collect()  # fmt: skip
    first, last = price.gather(starts), price.gather(ends)
    end = days[ends]
    base = pl.when(closing["known"].fill_null(value=False)).then(closing["price"]).otherwise(first)
    mean = pl.when(pl.col("worth_days") > 0).then(
        pl.col("worth").cast(pl.Float64) / pl.col("worth_days"))  # fmt: skip
    net = (pl.col("inflow") - pl.col("outflow")).cast(total)
    job.write("gold.fund_flows_monthly", "month", month.isoformat(), sums.select(
        end["cnpj"], end["subclass_id"], "inflow", "outflow", net_flow=net, mean_net_worth=mean,
        quota_return=pl.when(pl.col("flagged") == 0).then(pl.lit(last) / base - 1),
        flow_ratio=net.cast(pl.Float64) / mean, holders_end=end["holders"],
        holders_change=end["holders"] - closing["holders"], reporting_days="reporting_days",
        fund_type=end["fund_type"], net_worth_end=end["net_worth"], available_at="available_at",
    ))  # fmt: skip
    return end.select(*KEY, "holders", price=last, known=pl.lit(value=True))


def main(root: Path, files: list[Path]) -> None:
    job = Job(root, dt.datetime.now(dt.UTC), {}, {})
    closings = pl.DataFrame(schema={"cnpj": pl.String, "subclass_id": pl.String,
        "holders": pl.Int64, "price": pl.Float64, "known": pl.Boolean})  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(prepare, job, file) for file in files[:2]]
        for number in range(len(files)):
            silver = waiting.pop(0).result()
            if number + 2 < len(files):
                waiting.append(pool.submit(prepare, job, files[number + 2]))
            closings = gold(job, silver, closings)
    job.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
