"""The simulated registry of funds, classes and subclasses (registro_fundo_classe.zip).

Three latin-1 files with CVM's headers and bare CNPJs. Some funds have several managers, one line
each; some are managed by a person; administrators, managers and custodians change for a few over
the months. A subclass is registered when its class passes to Resolution 175.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lastro.simulator.identities import ROOT_FIRM, complete_cnpjs, impossible_cpf
from lastro.simulator.universe import NEVER, STYLES, Flags, Floats, Ints, Universe

if TYPE_CHECKING:
    from collections.abc import Iterator

FUND_HEADER = (
    "ID_Registro_Fundo;CNPJ_Fundo;Codigo_CVM;Data_Registro;Data_Constituicao;Tipo_Fundo;"
    "Denominacao_Social;Data_Cancelamento;Situacao;Data_Inicio_Situacao;Data_Adaptacao_RCVM175;"
    "Data_Inicio_Exercicio_Social;Data_Fim_Exercicio_Social;Patrimonio_Liquido;"
    "Data_Patrimonio_Liquido;Diretor;CNPJ_Administrador;Administrador;Tipo_Pessoa_Gestor;"
    "CPF_CNPJ_Gestor;Gestor"
)
CLASS_HEADER = (
    "ID_Registro_Fundo;ID_Registro_Classe;CNPJ_Classe;Codigo_CVM;Data_Registro;Data_Constituicao;"
    "Data_Inicio;Tipo_Classe;Denominacao_Social;Situacao;Data_Inicio_Situacao;Classificacao;"
    "Indicador_Desempenho;Classe_Cotas;Classificacao_Anbima;Tributacao_Longo_Prazo;"
    "Entidade_Investimento;Permitido_Aplicacao_CemPorCento_Exterior;Classe_ESG;Forma_Condominio;"
    "Exclusivo;Publico_Alvo;Patrimonio_Liquido;Data_Patrimonio_Liquido;CNPJ_Auditor;Auditor;"
    "CNPJ_Custodiante;Custodiante;CNPJ_Controlador;Controlador"
)
SUBCLASS_HEADER = (
    "ID_Registro_Classe;ID_Subclasse;Codigo_CVM;Data_Constituicao;Data_Inicio;Denominacao_Social;"
    "Situacao;Data_Inicio_Situacao;Forma_Condominio;Exclusivo;Publico_Alvo;Previdenciario;"
    "Exclusivo_INR;Exclusivo_Previdencia_Complementar"
)

_ROLES = {
    "administrator": ("ADMINISTRADORA SIMULADA {:02d} DTVM S.A.", 15),
    "manager": ("GESTORA SIMULADA {:02d} LTDA.", 60),
    "custodian": ("CUSTÓDIA SIMULADA {:02d} S.A.", 10),
    "auditor": ("AUDITORIA SIMULADA {:02d} S/S", 8),
}
_SHARE_CHANGING = 0.04
_SHARE_PEOPLE = 0.005
_SHARE_SEVERAL = 0.0125
_PUBLIC = ("Público Geral", "Qualificado", "Profissional")
_YARDSTICK = {"Renda Fixa": "DI", "Multimercado": "DI", "Ações": "IBOVESPA", "Cambial": "DOLAR"}
_FIRST_FUND_ID = 10_000
_FIRST_CLASS_ID = 20_000


@dataclass(frozen=True)
class _Snapshot:
    """What every file needs: the population, the window, the day and net worth by class."""

    universe: Universe
    seed: int
    window: tuple[int, int]
    day: int
    worth: pl.Series
    worth_day: str


def registry_files(
    universe: Universe,
    as_of: dt.date,
    *,
    seed: int,
    window: tuple[int, int],
    leaf_worth: Floats,
    worth_day: int | None,
) -> Iterator[tuple[str, bytes]]:
    """The three files of the registry as it stood on a day.

    Args:
        universe: The population.
        as_of: The day.
        seed: Seed of the market.
        window: First and last day of the market, ordinals.
        leaf_worth: Net worth of each leaf, R$, on ``worth_day``.
        worth_day: Ordinal, or ``None`` where no month had ended: net worth is left blank.

    Yields:
        Name and latin-1 bytes of each file.
    """
    classes = universe.classes
    worth = pl.Series(np.add.reduceat(leaf_worth, classes.first_leaf) * classes.sign)
    stated = worth.cast(pl.Decimal(38, 2)) if worth_day else pl.Series([None] * len(worth))
    known = dt.date.fromordinal(worth_day).isoformat() if worth_day else ""
    snapshot = _Snapshot(universe, seed, window, as_of.toordinal(), stated, known)
    yield "registro_fundo.csv", _csv(_funds(snapshot), FUND_HEADER)
    yield "registro_classe.csv", _csv(_classes(snapshot), CLASS_HEADER)
    yield "registro_subclasse.csv", _csv(_subclasses(snapshot), SUBCLASS_HEADER)


def _funds(now: _Snapshot) -> pl.DataFrame:
    classes = now.universe.classes
    first = np.unique(classes.fund, return_index=True)[1]
    birth = np.minimum.reduceat(classes.birth, first)
    close = np.maximum.reduceat(classes.close, first)
    adapted = np.minimum.reduceat(classes.adapted, first)
    number = np.arange(len(first))
    rng = np.random.default_rng([now.seed, 5])
    worth = pl.DataFrame({"fund": classes.fund, "worth": now.worth}).group_by("fund").sum()
    frame = pl.DataFrame(
        {
            "ID_Registro_Fundo": number + _FIRST_FUND_ID,
            "CNPJ_Fundo": now.universe.fund_cnpj,
            "Codigo_CVM": number + 300_000,
            "Data_Registro": _dates(birth),
            "Data_Constituicao": _dates(birth - 7),
            "Tipo_Fundo": pl.repeat("FIF", len(first), eager=True),
            "Denominacao_Social": _fund_names(classes.style[first]),
            "Data_Cancelamento": _dates(np.where(close <= now.day, close, NEVER)),
            "Data_Adaptacao_RCVM175": _dates(np.where(adapted <= now.day, adapted, NEVER)),
            "Patrimonio_Liquido": worth.sort("fund")["worth"],
            "Data_Patrimonio_Liquido": pl.repeat(now.worth_day, len(first), eager=True),
            "Diretor": pl.Series([f"PESSOA SIMULADA {n % 900}" for n in number]),
            **_situation(birth, close, now.day),
            **_fiscal_year(now.day, len(first)),
        }
    )
    frame = _with_firm(frame, now, "administrator", "CNPJ_Administrador", "Administrador")
    repeats = np.where(rng.random(len(first)) < _SHARE_SEVERAL, rng.integers(2, 4, len(first)), 1)
    person = rng.random(len(first)) < _SHARE_PEOPLE
    return _with_managers(frame, now, repeats, person).filter(np.repeat(birth <= now.day, repeats))


def _with_managers(
    frame: pl.DataFrame, now: _Snapshot, repeats: Ints, person: Flags
) -> pl.DataFrame:
    """One line a manager: a firm, or a person under a CPF that cannot exist."""
    fund = np.repeat(np.arange(len(repeats)), repeats)
    nth = np.arange(len(fund)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    cnpjs, names = _firms("manager")
    firm = (_firm_of(now, "manager", len(repeats))[fund] + 7 * nth) % len(names)
    human = pl.Series(person[fund])
    cpfs = pl.Series([impossible_cpf(number) for number in range(900)])
    people = pl.Series([f"PESSOA SIMULADA {number}" for number in range(900)])
    who = (fund + nth) % 900
    return frame[fund].with_columns(
        pl.when(human).then(pl.lit("PF")).otherwise(pl.lit("PJ")).alias("Tipo_Pessoa_Gestor"),
        pl.when(human)
        .then(cpfs.gather(who))
        .otherwise(cnpjs.gather(firm))
        .alias("CPF_CNPJ_Gestor"),
        pl.when(human).then(people.gather(who)).otherwise(names.gather(firm)).alias("Gestor"),
    )


def _classes(now: _Snapshot) -> pl.DataFrame:
    classes = now.universe.classes
    count = len(classes)
    rng = np.random.default_rng([now.seed, 6])
    kinds = pl.DataFrame(STYLES, schema=list(STYLES[0]._fields), orient="row")[classes.style]
    frame = pl.DataFrame(
        {
            "ID_Registro_Fundo": classes.fund + _FIRST_FUND_ID,
            "ID_Registro_Classe": np.arange(count) + _FIRST_CLASS_ID,
            "CNPJ_Classe": classes.cnpj,
            "Codigo_CVM": np.arange(count) + 400_000,
            "Data_Registro": _dates(classes.birth),
            "Data_Constituicao": _dates(classes.birth - 7),
            "Data_Inicio": _dates(classes.birth),
            "Tipo_Classe": pl.repeat("Classes de Cotas de Fundos FIF", count, eager=True),
            "Denominacao_Social": _class_names(classes.style),
            "Classificacao": kinds["classification"],
            "Indicador_Desempenho": kinds["classification"].replace_strict(_YARDSTICK),
            "Classificacao_Anbima": kinds["anbima"],
            "Patrimonio_Liquido": now.worth,
            "Data_Patrimonio_Liquido": pl.repeat(now.worth_day, count, eager=True),
            "Publico_Alvo": _choice(rng, _PUBLIC, count),
            "Forma_Condominio": _choice(rng, ("Aberto", "Aberto", "Aberto", "Fechado"), count),
            "Exclusivo": _choice(rng, ("N", "N", "S"), count),
            "Classe_Cotas": _choice(rng, ("N", "S"), count),
            "Tributacao_Longo_Prazo": _choice(rng, ("S", "N", ""), count),
            "Entidade_Investimento": _choice(rng, ("S", "N", ""), count),
            "Permitido_Aplicacao_CemPorCento_Exterior": _choice(rng, ("N", "N", "S"), count),
            "Classe_ESG": _choice(rng, ("N", "N", "N", "S"), count),
            **_situation(classes.birth, classes.close, now.day),
        }
    )
    frame = _with_firm(frame, now, "custodian", "CNPJ_Custodiante", "Custodiante")
    frame = _with_firm(frame, now, "custodian", "CNPJ_Controlador", "Controlador")
    frame = _with_firm(frame, now, "auditor", "CNPJ_Auditor", "Auditor")
    return frame.filter(classes.birth <= now.day)


def _subclasses(now: _Snapshot) -> pl.DataFrame:
    classes, leaves = now.universe.classes, now.universe.leaves
    adapted = classes.adapted[leaves.owner]
    listed = np.flatnonzero((classes.leaves[leaves.owner] > 1) & (adapted <= now.day))
    owner = leaves.owner[listed]
    start = adapted[listed]
    rng = np.random.default_rng([now.seed, 7])
    count = len(listed)
    pension = [
        "S" if "Previdência" in STYLES[style].anbima else "N" for style in range(len(STYLES))
    ]
    public = _choice(rng, _PUBLIC, len(leaves)).gather(listed)
    return pl.DataFrame(
        {
            "ID_Registro_Classe": owner + _FIRST_CLASS_ID,
            "ID_Subclasse": leaves.subclass.gather(listed),
            "Codigo_CVM": listed + 500_000,
            "Data_Constituicao": _dates(start - 7),
            "Data_Inicio": _dates(start),
            "Denominacao_Social": [f"SUBCLASSE SIMULADA {number:05d}" for number in listed],
            "Forma_Condominio": pl.repeat("Aberto", count, eager=True),
            "Exclusivo": pl.repeat("N", count, eager=True),
            "Publico_Alvo": public,
            "Previdenciario": pl.Series(pension).gather(classes.style[owner]),
            "Exclusivo_INR": pl.repeat("N", count, eager=True),
            "Exclusivo_Previdencia_Complementar": pl.repeat("N", count, eager=True),
            **_situation(start, classes.close[owner], now.day),
        }
    )


def _situation(birth: Ints, close: Ints, day: int) -> dict[str, pl.Series]:
    closed = close <= day
    names = pl.Series(["Em Funcionamento Normal", "Cancelado"])
    return {
        "Situacao": names.gather(closed.astype(np.int64)),
        "Data_Inicio_Situacao": _dates(np.where(closed, close, birth)),
    }


def _fiscal_year(day: int, count: int) -> dict[str, pl.Series]:
    year = dt.date.fromordinal(day).year
    return {
        "Data_Inicio_Exercicio_Social": pl.repeat(f"{year}-01-01", count, eager=True),
        "Data_Fim_Exercicio_Social": pl.repeat(f"{year}-12-31", count, eager=True),
    }


def _fund_names(styles: Ints) -> pl.Series:
    """Names of funds; a few carry double quotes, as some real ones do."""
    kinds = [style.classification.upper() for style in STYLES]
    marks = [
        f'"{number:05d}"' if number % 97 == 0 else f"{number:05d}" for number in range(len(styles))
    ]
    return pl.Series(
        [
            f"FUNDO SIMULADO {mark} {kinds[style]} FIF RESPONSABILIDADE LIMITADA"
            for mark, style in zip(marks, styles, strict=True)
        ]
    )


def _class_names(styles: Ints) -> pl.Series:
    kinds = [style.classification.upper() for style in STYLES]
    return pl.Series(
        [f"CLASSE SIMULADA {number:05d} {kinds[style]}" for number, style in enumerate(styles)]
    )


def _choice(rng: np.random.Generator, values: tuple[str, ...], count: int) -> pl.Series:
    return pl.Series(values).gather(rng.integers(0, len(values), count))


def _dates(days: Ints) -> pl.Series:
    """ISO text of ordinals; blank for days that never come."""
    epoch = dt.date(1970, 1, 1).toordinal()
    dates = pl.Series(np.where(days < NEVER, days - epoch, 0).astype(np.int32)).cast(pl.Date)
    text = dates.cast(pl.String)
    return pl.select(pl.when(pl.Series(days < NEVER)).then(text).otherwise(pl.lit(""))).to_series()


def _firms(role: str) -> tuple[pl.Series, pl.Series]:
    """CNPJs and names of the firms of a role."""
    template, count = _ROLES[role]
    start = ROOT_FIRM + 1000 * list(_ROLES).index(role)
    cnpjs = complete_cnpjs([str(start + number) for number in range(count)])
    return cnpjs, pl.Series([template.format(number) for number in range(count)])


def _firm_of(now: _Snapshot, role: str, count: int) -> Ints:
    """Which firm serves whom on the day: few are large, and few clients change once."""
    firms = _ROLES[role][1]
    rng = np.random.default_rng([now.seed, 8, list(_ROLES).index(role)])
    first = (firms * rng.random(count) ** 2).astype(np.int64)
    leaves_on = rng.integers(now.window[0], now.window[1] + 1, count)
    changed = (rng.random(count) < _SHARE_CHANGING) & (leaves_on <= now.day)
    return np.where(changed, (first + 1 + rng.integers(0, firms - 1, count)) % firms, first)


def _with_firm(
    frame: pl.DataFrame, now: _Snapshot, role: str, cnpj: str, name: str
) -> pl.DataFrame:
    firm = _firm_of(now, role, len(frame))
    cnpjs, names = _firms(role)
    return frame.with_columns(cnpjs.gather(firm).alias(cnpj), names.gather(firm).alias(name))


def _csv(frame: pl.DataFrame, header: str) -> bytes:
    text = frame.select(header.split(";")).write_csv(
        separator=";", line_terminator="\r\n", quote_style="never"
    )
    return text.encode("latin-1")
