"""Rates: ratios a year from what the bank publishes, and what inflation leaves of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from lastro.answers import benchmarks, expectations, rates
from lastro.core.clock import add_months
from lastro.core.errors import NotFoundError

TODAY = dt.date(2024, 3, 28)


def _read(**tables: pl.DataFrame) -> Any:
    known = {name.replace("__", "."): frame for name, frame in tables.items()}
    return lambda name: known[name].lazy() if name in known else None


def _interest(*rows: tuple[str, dt.date, float, str]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["rate", "ref_date", "value", "unit"], orient="row")
    return frame.with_columns(pl.lit(None, pl.Date).alias("end_date"))


def _inflation(count: int, value: float, name: str = "IPCA") -> pl.DataFrame:
    first = add_months(dt.date(2024, 2, 1), 1 - count)
    rows = [(name, add_months(first, step), value) for step in range(count)]
    return pl.DataFrame(rows, schema=["index", "ref_date", "value"], orient="row")


def test_a_daily_rate_compounds_over_252_days_and_months_over_twelve() -> None:
    interest = _interest(("CDI", TODAY, 0.04, "percent a day"))
    found = {
        card.code: card
        for card in rates.cards(
            _read(silver__interest_rates=interest, silver__inflation=_inflation(13, 0.5)), TODAY
        )
    }
    assert found["CDI"].value == pytest.approx(0.0004)
    assert found["CDI"].yearly == pytest.approx(1.0004**252 - 1)
    assert found["IPCA"].yearly == pytest.approx(1.005**12 - 1)
    assert found["IPCA"].yearly_before == pytest.approx(1.005**12 - 1)
    assert (found["IPCA"].publisher, found["CDI"].publisher) == ("IBGE", "BCB")


def test_eleven_months_are_no_year() -> None:
    (card,) = rates.cards(_read(silver__inflation=_inflation(11, 0.5, "IGP-M")), TODAY)
    assert (card.yearly, card.yearly_before, card.publisher) == (None, None, "FGV")
    assert card.values == [0.005] * 11


def test_a_target_is_compared_with_the_one_before_the_last_decision() -> None:
    days = [TODAY + dt.timedelta(days=step) for step in range(-3, 3)]
    values = [11.25, 10.75, 10.75, 10.75, 10.75, 9.0]  # the last ones are set for later
    rows = _interest(*(("SELIC_TARGET", d, v, "percent a year")
                       for d, v in zip(days, values, strict=True)))  # fmt: skip
    (card,) = rates.cards(_read(silver__interest_rates=rows), TODAY)
    assert (card.ref_date, card.yearly, card.yearly_before) == (TODAY, 0.1075, 0.1125)


def test_a_rate_whose_unit_is_not_known_is_left_out() -> None:
    rows = _interest(("SGS 1", TODAY, 3.0, ""), ("TR", TODAY, 0.1, "percent a period"))
    (card,) = rates.cards(_read(silver__interest_rates=rows), TODAY)
    assert (card.code, card.period, card.yearly, card.values) == ("TR", "period", None, [0.001])


def test_history_names_what_there_is() -> None:
    rows = _interest(("CDI", TODAY, 0.04, "percent a day"))
    read = _read(silver__interest_rates=rows)
    assert rates.history(read, "cdi", TODAY).dates == [TODAY]
    assert rates.history(read, "CDI", TODAY, last=dt.date(2020, 1, 1)).dates == []
    with pytest.raises(NotFoundError, match="There are: CDI"):
        rates.history(read, "nope", TODAY)
    with pytest.raises(NotFoundError):
        rates.history(_read(), "CDI", TODAY)


def test_real_interest_divides_by_inflation() -> None:
    months = [add_months(dt.date(2023, 1, 1), step) for step in range(14)]
    rows = _interest(*(("CDI", month, 1.0, "percent a day") for month in months))
    found = rates.real_interest(
        _read(silver__interest_rates=rows, silver__inflation=_inflation(14, 0.5)), TODAY
    )
    assert found.months == months[11:]
    assert found.real[-1] == pytest.approx((1.01 / 1.005) ** 12 - 1)
    assert rates.real_interest(_read(), TODAY).months == []


# benchmarks


def _benchmarks() -> pl.DataFrame:
    rows = [
        ("CDI", dt.date(2024, 1, 2), 2.0), ("CDI", dt.date(2024, 1, 31), 2.02),
        ("CDI", dt.date(2024, 2, 28), 2.04), ("IPCA", dt.date(2023, 12, 1), 1.0),
        ("IPCA", dt.date(2024, 1, 1), 1.005),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["benchmark", "ref_date", "level"], orient="row")


def test_benchmarks_begin_together_and_a_month_counts_at_its_end() -> None:
    found = benchmarks.benchmarks(_read(gold__benchmarks=_benchmarks()))
    assert (found.since, found.names) == (dt.date(2024, 1, 2), ["CDI", "IPCA"])
    assert found.dates == [dt.date(2024, 1, 2), dt.date(2024, 1, 31), dt.date(2024, 2, 28)]
    assert found.levels == [[1.0, 1.01, 1.02], [1.0, 1.005, None]]
    assert found.returns == [pytest.approx(0.02), pytest.approx(0.005)]


def test_benchmarks_from_a_day_within() -> None:
    read = _read(gold__benchmarks=_benchmarks())
    found = benchmarks.benchmarks(read, dt.date(2024, 2, 10), names=["cdi"])
    assert (found.dates[0], found.levels) == (
        dt.date(2024, 2, 10),
        [[1.0, pytest.approx(1.0099, abs=1e-4)]],
    )
    with pytest.raises(NotFoundError):
        benchmarks.benchmarks(_read())
    with pytest.raises(NotFoundError):
        benchmarks.benchmarks(read, names=["NOPE"])


# expectations


def _survey(day: dt.date, target: str, median: float, **more: Any) -> dict[str, Any]:
    base = {"horizon": "annual", "indicator": "IPCA", "detail": "", "ref_date": day,
            "target": target, "smoothed": "", "base": 0, "mean": median, "median": median,
            "deviation": 0.3, "lowest": 3.0, "highest": 6.0, "respondents": 100}  # fmt: skip
    return base | more


def test_the_newest_survey_with_what_was_said_before() -> None:
    day = dt.date(2024, 3, 22)
    rows = pl.DataFrame([
        _survey(day, "2025", 3.5), _survey(day, "2024", 4.0),
        _survey(day - dt.timedelta(days=7), "2024", 3.9),
        _survey(day - dt.timedelta(days=28), "2024", 3.8),
        _survey(day, "2024", 99.0, base=1), _survey(day, "2024", 99.0, detail="Part"),
        _survey(day, "2024", 99.0, smoothed="N"),
        _survey(day, "R10/2024", 9.0, horizon="selic", indicator="Selic"),
        _survey(day, "R2/2024", 10.0, horizon="selic", indicator="Selic"),
        _survey(day, "03/2025", 5.1, horizon="monthly", indicator="Câmbio"),
        _survey(day, "12/2024", 5.0, horizon="monthly", indicator="Câmbio"),
    ])  # fmt: skip
    read = _read(silver__expectations=rows)
    found = expectations.expectations(read)
    assert [one.target for one in found.targets] == ["2024", "2025"]
    now = found.targets[0]
    assert (now.median, now.week_before, now.month_before) == (0.04, 0.039, 0.038)
    assert found.targets[1].week_before is None
    assert found.medians == [[0.038, 0.039, 0.04], [None, None, 0.035]]
    selic = expectations.expectations(read, "Selic", "selic")
    assert [one.target for one in selic.targets] == ["R2/2024", "R10/2024"]
    fx = expectations.expectations(read, "Câmbio", "monthly")
    assert ([one.target for one in fx.targets], fx.unit) == (["12/2024", "03/2025"], "BRL")
    assert fx.targets[0].median == 5.0
    with pytest.raises(NotFoundError, match=r"There are: .*Selic \(selic\)"):
        expectations.expectations(read, "Selic", "annual")
    with pytest.raises(NotFoundError):
        expectations.expectations(_read())
