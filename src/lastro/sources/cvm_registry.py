"""CVM's registry of funds, classes and subclasses (Resolution 175), a snapshot each publication.

The file is overwritten in place and holds no history: who administers, manages or keeps a fund
shows over time only by keeping every snapshot. A person who manages a fund appears by CPF: it is
masked before the bytes are landed, so that it is stored nowhere in clear.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.errors import ParseError
from lastro.lake.contract import CNPJ, DATE, TEXT, Column
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import cvm

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "registro_fundo_classe.zip"
_MEMBERS = {
    "registro_fundo": ("ID_Registro_Fundo", "CNPJ_Fundo", "Denominacao_Social"),
    "registro_classe": ("ID_Registro_Fundo", "ID_Registro_Classe", "CNPJ_Classe"),
    "registro_subclasse": ("ID_Registro_Classe", "ID_Subclasse"),
}
_PERSON = re.compile(
    rb"(?<=;PF;)[^;\r\n]*"  # whatever names a person who manages
    rb"|(?<![^;\r\n]) *\d{3}\.?\d{3}\.?\d{3}-?\d{2} *(?![^;\r\n])"  # a field of eleven digits
    rb"|(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"  # punctuated, inside any text
)

COLUMNS = (
    Column("record", TEXT, "registro", "fundo, classe or subclasse.", reads=("_member",)),
    Column("ref_date", DATE, "data da foto", "Day of the snapshot.", reads=("_snapshot",)),
    Column("fund_id", TEXT, "registro do fundo", "CVM's number of the fund.",
           reads=("ID_Registro_Fundo",)),
    Column("class_id", TEXT, "registro da classe", "CVM's number of the class.",
           reads=("ID_Registro_Classe",)),
    Column("fund_cnpj", CNPJ, "CNPJ do fundo", "The fund.", reads=("CNPJ_Fundo",)),
    Column("class_cnpj", CNPJ, "CNPJ da classe", "The class.", reads=("CNPJ_Classe",)),
    Column("subclass_id", TEXT, "subclasse", "The subclass.", reads=("ID_Subclasse",)),
    Column("name", TEXT, "denominação social", "Registered name.", reads=("Denominacao_Social",)),
    Column("fund_type", TEXT, "tipo de fundo", "Kind of fund.", reads=("Tipo_Fundo",)),
    Column("class_type", TEXT, "tipo de classe", "Kind of class.", reads=("Tipo_Classe",)),
    Column("status", TEXT, "situação", "State of registration.", reads=("Situacao",)),
    Column("status_since", DATE, "início da situação", "Since when.",
           reads=("Data_Inicio_Situacao",)),
    Column("started_on", DATE, "data de início", "First day of activity.", reads=("Data_Inicio",)),
    Column("cancelled_on", DATE, "data de cancelamento", "End of the registration.",
           reads=("Data_Cancelamento",)),
    Column("classification", TEXT, "classificação", "CVM's class of strategy.",
           reads=("Classificacao",)),
    Column("anbima_classification", TEXT, "classificação ANBIMA", "ANBIMA's class of strategy.",
           reads=("Classificacao_Anbima",)),
    Column("benchmark", TEXT, "indicador de desempenho", "Declared benchmark.",
           reads=("Indicador_Desempenho",)),
    Column("audience", TEXT, "público-alvo", "Investors it is open to.", reads=("Publico_Alvo",)),
    Column("condominium", TEXT, "forma de condomínio", "Open (Aberto) or closed (Fechado).",
           reads=("Forma_Condominio",)),
    Column("exclusive", TEXT, "exclusivo", "S where it has one holder alone.",
           reads=("Exclusivo",)),
    Column("administrator_cnpj", TEXT, "CNPJ do administrador", "Its fiduciary administrator.",
           reads=("CNPJ_Administrador",)),
    Column("administrator", TEXT, "administrador", "The administrator's name.",
           reads=("Administrador",)),
    Column("manager_kind", TEXT, "pessoa do gestor", "PJ a firm, PF a person.",
           reads=("Tipo_Pessoa_Gestor",)),
    Column("manager_id", TEXT, "CNPJ ou CPF mascarado do gestor", "Its manager; a CPF is masked.",
           reads=("CPF_CNPJ_Gestor",)),
    Column("manager", TEXT, "gestor", "The manager's name.", reads=("Gestor",)),
    Column("custodian_cnpj", TEXT, "CNPJ do custodiante", "Its custodian.",
           reads=("CNPJ_Custodiante",)),
    Column("custodian", TEXT, "custodiante", "The custodian's name.", reads=("Custodiante",)),
)  # fmt: skip
_KNOWN = tuple(header for column in COLUMNS for header in column.reads)


def plan(first: dt.date, last: dt.date, today: dt.date) -> list[RemoteFile]:
    """One file, of today; the past cannot be asked for."""
    if not first <= today <= last:
        return []
    path = f"FI/CAD/DADOS/{_NAME}"
    return [RemoteFile(_NAME, path, today, today, dt.timedelta(hours=20))]


def mask(cpf: str) -> str:
    """A CPF as public bodies print it: the middle six digits alone."""
    digits = re.sub(r"\D", "", cpf).zfill(11)
    return f"***.{digits[3:6]}.{digits[6:9]}-**"


def redact(name: str, body: bytes) -> bytes:
    """The same zip with every CPF masked; the same bytes in, the same bytes out.

    Raises:
        ParseError: The zip cannot be opened, so nothing of it may be kept.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = archive.infolist()
            contents = {i.filename: cvm.inflate(name, body, archive, i) for i in inside}
            comment = archive.comment
    except (*cvm.DAMAGE, ParseError) as error:
        raise ParseError(
            "{name} cannot be read: {why}",
            hint="It may hold personal data, so it was not kept: get the file again.",
            name=name,
            why=error.message
            if isinstance(error, ParseError)
            else f"it is no whole zip ({error}).",
        ) from error
    masked = io.BytesIO()
    with zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.comment = comment
        for filename in sorted(contents):
            content = _PERSON.sub(_masked, contents[filename])
            archive.writestr(zipfile.ZipInfo(filename), content, zipfile.ZIP_DEFLATED)
    return masked.getvalue()


def _masked(found: re.Match[bytes]) -> bytes:
    said = found[0].strip()
    return mask(said.decode("latin-1")).encode() if said and b"*" not in said else found[0]


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read the three members into one frame, told apart by ``_member``.

    Raises:
        ParseError: Not a whole zip, a member is missing, or a required column is.
    """
    frames = []
    for member, content in cvm.members(name, body):
        kind = member.rpartition("/")[2].removesuffix(".csv")
        if kind in _MEMBERS:
            text = cvm.read_csv(name, member, content, _KNOWN)
            cvm.require(name, member, text.columns, _MEMBERS[kind])
            label = pl.lit(kind.removeprefix("registro_")).alias("_member")
            frames.append(text.with_columns(label))
    if len(frames) < len(_MEMBERS):
        raise ParseError(
            "{name} does not hold {members}.",
            hint="It is not CVM's registry, or CVM changed it; the bytes are kept.",
            name=name,
            members=", ".join(f"{member}.csv" for member in _MEMBERS),
        )
    whole = pl.concat(frames, how="diagonal").with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(cvm.ROW),
        pl.lit(landed_on.isoformat()).alias("_snapshot"),
    )
    yield Period(landed_on.isoformat(), landed_on.replace(day=1), whole)


SOURCE = Source(
    name="cvm_registry",
    title="CVM registry of funds, classes and subclasses",
    pt="Registro de fundos, classes e subclasses da CVM",
    publisher="CVM",
    licence="ODbL 1.0",
    section=cvm.CvmSettings,
    plan=plan,
    parse=parse,
    redact=redact,
    columns=COLUMNS,
    megabytes=(6.0, 0.0),
)
