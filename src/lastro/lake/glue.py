"""Tables told to the AWS Glue Data Catalog, so that Athena and whatever reads it finds them.

An entry holds a table's address, columns and meaning; rows are read from the Delta log itself, so
an entry grows old only when columns change. Tried against a server that speaks Glue's protocol
(moto); never against AWS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from lastro.core.errors import ConfigError, ConflictError, MissingExtraError, TemporaryError
from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake

_MARK = "lastro.table"
_SIMULATED = "lastro.simulated"
_LONGEST_COMMENT = 255  # characters that Glue takes
_HIVE = {"string": "string", "long": "bigint", "integer": "int"}
_INPUT = "org.apache.hadoop.mapred.SequenceFileInputFormat"  # as Spark writes for Delta: unused
_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat"
_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


class GlueSettings(Section):
    """The Glue Data Catalog that tables are registered in."""

    database: str = Field("lastro", description="Database of the catalog; made where it is not.")
    region: str = Field("", description="Region of the catalog; blank is the lake's.")
    endpoint: str = Field("", description="Address of a Glue-compatible server; blank is AWS.")


@dataclass(frozen=True)
class Registered:
    """What became of one table's entry.

    Attributes:
        table: Its full name in the lake.
        name: Its name in the catalog, with the database.
        state: Whether the entry was made, brought up to date, or right already.
    """

    table: str
    name: str
    state: Literal["created", "updated", "unchanged"]


def register(
    lake: Lake,
    contracts: Iterable[Contract],
    settings: GlueSettings,
    *,
    region: str,
    simulated: bool,
) -> list[Registered]:
    """Make, or bring up to date, the entries of tables.

    Args:
        lake: Where the tables are; it must be in a bucket.
        contracts: Of the tables. Personal ones are left out: only Lastro can open their files.
        settings: Which catalog.
        region: The lake's, where the settings name none.
        simulated: Whether the lake's data are simulated; the entry says so.

    Raises:
        NotFoundError: A table was never written.
        ConfigError: The lake is in a folder; or the catalog refuses this machine.
        ConflictError: An entry of that name is somebody else's, or of the other kind of data.
        MissingExtraError: boto3 is not installed.
        TemporaryError: The catalog cannot be reached.
    """
    if lake.storage.is_local:
        raise ConfigError(
            "The lake at {url} is in a folder, and Athena reads buckets alone.",
            hint="Name a lake in a bucket: --lake s3://bucket/prefix or LASTRO_LAKE__URL.",
            url=lake.storage.url,
        )
    wanted = [_entry(lake, c, simulated=simulated) for c in contracts if not c.personal]
    catalog = _Catalog(settings, region)
    catalog.ready()
    held = {entry["Name"]: entry for entry in catalog.entries()}
    for entry in wanted:
        _refuse_foreign(settings.database, held.get(entry["Name"]), entry)
    done = []
    for entry in wanted:
        name, former = entry["Name"], held.get(entry["Name"])
        state: Literal["created", "updated", "unchanged"] = "created"
        if former is None:
            catalog.ask("create_table", DatabaseName=settings.database, TableInput=entry)
        elif _differs(entry, former):
            catalog.ask("update_table", DatabaseName=settings.database, TableInput=entry)
            state = "updated"
        else:
            state = "unchanged"
        done.append(Registered(entry["Parameters"][_MARK], f"{settings.database}.{name}", state))
    return done


def _entry(lake: Lake, contract: Contract, *, simulated: bool) -> dict[str, Any]:
    """What Glue is told of a table (its ``TableInput``)."""
    location = lake.table_url(contract.name)
    fields = lake.delta(contract.name).schema().fields
    docs = {column.name: column.doc for column in contract.columns}
    columns = {
        field.name: {
            "Name": field.name,
            "Type": _HIVE.get(kind := str(field.type.type), kind),
            "Comment": docs.get(field.name, "")[:_LONGEST_COMMENT],
        }
        for field in fields
    }
    partition = columns.pop(contract.partition)
    said = f"SIMULATED DATA. {contract.title}" if simulated else contract.title
    return {
        "Name": contract.name.replace(".", "_"),
        "Description": f"{said} {contract.notice}".strip(),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "delta",
            "spark.sql.sources.provider": "delta",
            "table_type": "DELTA",
            _MARK: contract.name,
            _SIMULATED: str(simulated).lower(),
        },
        "PartitionKeys": [partition],
        "StorageDescriptor": {
            "Columns": list(columns.values()),
            "Location": location,
            "InputFormat": _INPUT,
            "OutputFormat": _OUTPUT,
            "SerdeInfo": {
                "SerializationLibrary": _SERDE,
                "Parameters": {"serialization.format": "1", "path": location},
            },
        },
    }


def _refuse_foreign(database: str, held: dict[str, Any] | None, entry: dict[str, Any]) -> None:
    if held is None:
        return
    marks, name = held.get("Parameters", {}), f"{database}.{entry['Name']}"
    if marks.get(_MARK) != entry["Parameters"][_MARK]:
        raise ConflictError(
            "The catalog has a table {name} that Lastro did not make.",
            hint="Nothing was registered: set LASTRO_GLUE__DATABASE to a database of its own.",
            name=name,
        )
    if marks.get(_SIMULATED) != entry["Parameters"][_SIMULATED]:
        raise ConflictError(
            "The catalog's {name} is of {held} data and the lake's is not: they never mix.",
            hint="Nothing was registered: set LASTRO_GLUE__DATABASE to a database of its own.",
            name=name,
            held="simulated" if marks.get(_SIMULATED) == "true" else "real",
        )


def _differs(wanted: Any, held: Any) -> bool:
    """Whether the catalog lacks something wanted; what it adds of its own does not count."""
    if isinstance(wanted, dict):
        return not isinstance(held, dict) or any(
            _differs(value, held.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            not isinstance(held, list)
            or len(held) != len(wanted)
            or any(_differs(*pair) for pair in zip(wanted, held, strict=True))
        )
    return bool((wanted or None) != (held or None))


class _Catalog:
    """Glue's API; its errors become ours."""

    def __init__(self, settings: GlueSettings, region: str) -> None:
        try:
            import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra that few need
        except ImportError:
            raise MissingExtraError(
                "The Glue Data Catalog is asked through boto3, which is not installed.",
                hint="Install it: pip install 'lastro[aws]'.",
            ) from None
        self._database = settings.database
        self._client = boto3.session.Session().client(
            "glue", endpoint_url=settings.endpoint or None, region_name=settings.region or region
        )

    def ready(self) -> None:
        """Have the database there."""
        if self.ask("get_database", missing=True, Name=self._database) is None:
            described = {"Name": self._database, "Description": "Tables of a Lastro lake."}
            self.ask("create_database", DatabaseInput=described)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every table of the database."""
        page: dict[str, Any] = {}
        while True:
            answer = self.ask("get_tables", DatabaseName=self._database, **page) or {}
            yield from answer.get("TableList", [])
            if not answer.get("NextToken"):
                return
            page = {"NextToken": answer["NextToken"]}

    def ask(self, verb: str, *, missing: bool = False, **asked: Any) -> dict[str, Any] | None:
        """One call; None where something is missing and that is no error.

        Raises:
            ConfigError: This machine may not, or has no credentials.
            TemporaryError: Glue cannot be reached, or is overloaded.
        """
        from botocore import exceptions  # type: ignore[import-untyped]  # noqa: PLC0415 - as boto3

        try:
            answer: dict[str, Any] = getattr(self._client, verb)(**asked)
        except exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if missing and code == "EntityNotFoundException":
                return None
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            if status >= 500 or "Throttl" in code or code == "ConcurrentModificationException":
                raise self._unreachable(code) from error
            raise self._refused(verb, code) from error
        except (exceptions.NoCredentialsError, exceptions.NoRegionError) as error:
            raise self._refused(verb, type(error).__name__) from error
        except exceptions.BotoCoreError as error:
            raise self._unreachable(str(error)) from error
        return answer

    def _refused(self, verb: str, code: str) -> ConfigError:
        return ConfigError(
            "The Glue Data Catalog refuses {verb} in {database}: {code}.",
            hint="Check LASTRO_GLUE__DATABASE and the region, and that this machine's role may "
            "call glue:GetDatabase, CreateDatabase, GetTables, CreateTable and UpdateTable there.",
            verb=verb,
            database=self._database,
            code=code,
        )

    @staticmethod
    def _unreachable(reason: str) -> TemporaryError:
        return TemporaryError(
            "The Glue Data Catalog does not answer as it should: {reason}",
            hint="Try again; if it goes on, look at the network and LASTRO_GLUE__ENDPOINT.",
            reason=reason,
        )
