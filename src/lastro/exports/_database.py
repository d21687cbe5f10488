"""What database sinks share: addresses without their passwords, names, and what has changed.

Each schema (in MySQL: database) that lastro writes to holds a table ``lastro_exports``: a row for
each partition that was written, with the fingerprint of what it was made from, and one with a blank
partition for the table's own layout. A partition whose fingerprint is unchanged is not written
again, and one that the lake no longer holds is taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from lastro.core.errors import (
    ConfigError,
    ConflictError,
    DataError,
    LastroError,
    MissingExtraError,
    TemporaryError,
    UpstreamError,
)
from lastro.lake.lineage import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from urllib.parse import SplitResult

    from lastro.exports import Given

Trouble = Literal["unreachable", "refused", "forbidden", "depended", "row", "passing", "other"]
CONTROL = "lastro_exports"
LAYOUT = ""  # the partition under which a table's own layout is remembered
_HIDDEN = "***"
_LONGEST_NAME = 63  # bytes of a name in PostgreSQL; MySQL takes one more
_SECRET = re.compile(r"(?i)((?:^|[?&])(?:password|passwd|passfile|sslpassword)=)[^&]*")


@dataclass(frozen=True)
class Address:
    """A database's address, taken apart.

    Attributes:
        url: As it was given, with its password.
        shown: The same for people and logs.
        user: Blank where none was given.
        password: Likewise.
        host: Likewise.
        port: None leaves it to the database's usual one.
        database: Blank where none was given.
        query: What stands behind the question mark.
    """

    url: str
    shown: str
    user: str
    password: str
    host: str
    port: int | None
    database: str
    query: str

    def clean(self, text: str) -> str:
        """A message of somebody else's, without the password in any of its spellings."""
        for secret in {self.password, quote(self.password), quote(self.password, safe="")} - {""}:
            text = text.replace(secret, _HIDDEN)
        return " ".join(_SECRET.sub(rf"\1{_HIDDEN}", text).split())


def address(url: str, schemes: Iterable[str], setting: str) -> Address:
    """Take a database's address apart.

    Args:
        url: ``postgresql://user:password@host:port/database?sslmode=require``.
        schemes: Schemes that the sink understands.
        setting: The setting that could hold it, for the hint.

    Raises:
        ConfigError: It is blank or no such address; the message never holds it.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        parts, port, host = urlsplit(""), None, None
    if parts.scheme not in schemes or (not host and "host=" not in parts.query):
        raise ConfigError(
            "There is no address of a database that begins with {schemes}.",
            hint="Give it as --to {scheme}://user:password@host:port/database, or better in "
            "{setting}, where other users of the machine do not see it. In a password, write "
            "@ : / ? # and % as %40 %3A %2F %3F %23 and %25.",
            schemes=" / ".join(f"{scheme}://" for scheme in schemes),
            scheme=next(iter(schemes)),
            setting=setting,
        )
    return Address(
        url=url,
        shown=_masked(parts),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or dict(parse_qsl(parts.query)).get("password", "")),
        host=host or "",
        port=port,
        database=unquote(parts.path.removeprefix("/")),
        query=parts.query,
    )


def _masked(parts: SplitResult) -> str:
    before, _, place = parts.netloc.rpartition("@")
    user, colon, _ = before.partition(":")
    user += f"{colon}{_HIDDEN}" if colon else ""
    shown = parts._replace(
        netloc=f"{user}@{place}" if before else place,
        query=_SECRET.sub(rf"\1{_HIDDEN}", parts.query),
    )
    return f"{shown.scheme}://{shown.geturl().partition(':')[2].removeprefix('//')}"


def missing(what: str, extra: str) -> MissingExtraError:
    """The error for a driver that is not installed."""
    return MissingExtraError(
        "{what} needs a part of lastro that is not installed.",
        hint="Install it: pip install 'lastro[{extra}]'",
        what=what,
        extra=extra,
    )


def table_name(name: str) -> str:
    """A table's name in a database: ``gold.fund_flows_monthly`` -> ``gold_fund_flows_monthly``."""
    return fitting(name.replace(".", "_"))


def fitting(name: str) -> str:
    """A name short enough for any database; what is cut off is told apart by a fingerprint."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    mark = f"_{fingerprint(name):016x}"
    return name.encode()[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark


@dataclass(frozen=True)
class Change:
    """What brings a database's table to what the lake holds.

    Attributes:
        write: Partitions to write, anew or for the first time.
        remove: Partitions to take out.
    """

    write: tuple[str, ...]
    remove: tuple[str, ...]


def change(table: Given, held: Mapping[str, int], *, anew: bool) -> Change:
    """What has changed since a table was last exported.

    Args:
        table: As it was asked for.
        held: Fingerprint by partition, as the database remembers them.
        anew: Whether the database's table is empty or must be made again.

    Raises:
        ConflictError: It must be made again, and the order leaves out part of what it holds.
    """
    if anew:
        if not all(table.reaches(partition) for partition in held if partition != LAYOUT):
            raise ConflictError(
                "The columns of {table} have changed, so that all of it must be written again.",
                hint="Run the export once without --since; nothing was written.",
                table=table.name,
            )
        return Change(tuple(sorted(table.partitions)), ())
    write = [p for p, state in sorted(table.partitions.items()) if held.get(p) != state]
    gone = {p for p in held if p != LAYOUT and table.reaches(p)} - set(table.partitions)
    return Change(tuple(write), tuple(sorted(gone)))


def refuse_mixing(found: Iterable[bool], *, simulated: bool, place: str) -> None:
    """Keep simulated and real data apart.

    Args:
        found: Whether what stands there is simulated, as often as it was asked.
        simulated: Whether what is to be written is.
        place: Where, for people.

    Raises:
        ConflictError: They would be mixed.
    """
    if any(held != simulated for held in found):
        raise ConflictError(
            "{place} holds {held} data and the lake is {given}: they never mix.",
            hint="Export to another schema or database; nothing was written.",
            place=place,
            held="real" if simulated else "simulated",
            given="simulated" if simulated else "real",
        )


def busy(place: str) -> ConflictError:
    """The error for two exports into one place."""
    return ConflictError(
        "Another export is writing to {place}.",
        hint="Wait until it ends, then run this again; nothing was written.",
        place=place,
    )


def not_ours(table: str, place: str) -> ConflictError:
    """The error for a table that is there and was not made by an export."""
    return ConflictError(
        "{place} holds a table {table} that lastro did not make.",
        hint="Rename it or export to another schema or database; nothing was written.",
        table=table,
        place=place,
    )


def trouble(place: Address, said: str, kind: Trouble) -> LastroError:
    """The error for what a database answered, by who must act. Nothing was changed there.

    Args:
        place: The database.
        said: Its own words; the password is taken out of them.
        kind: Nobody answered; the session was refused; the user may not; something hangs on a
            table; a row is wrong; it may pass; anything else.
    """
    context = {"url": place.shown, "reason": place.clean(said).rstrip(".?")}
    found: dict[Trouble, LastroError] = {
        "refused": ConfigError(
            "{url} refuses the session: {reason}.",
            hint="Check user, password and database; in a password @ : / are %40 %3A %2F.",
            **context,
        ),
        "unreachable": TemporaryError(
            "{url} cannot be reached: {reason}.",
            hint="Check host and port, and that the server runs; then run this again.",
            **context,
        ),
        "forbidden": ConfigError(
            "{url} does not allow it: {reason}.",
            hint="Give the user the right to create tables there; nothing was changed.",
            **context,
        ),
        "depended": ConflictError(
            "A table must be made again, and something hangs on it: {reason}.",
            hint="Drop the views that read it, export, make them again; nothing was changed.",
            **context,
        ),
        "row": DataError(
            "{url} refuses a row: {reason}.",
            hint="`lastro head` and `lastro describe` show the table; nothing was changed.",
            **context,
        ),
        "passing": TemporaryError(
            "{url} failed in the middle: {reason}.",
            hint="Nothing was changed there: run the export again when the server is well.",
            **context,
        ),
        "other": UpstreamError(
            "{url} failed in the middle: {reason}.",
            hint="Nothing was changed there. If it goes on, report it with this message.",
            **context,
        ),
    }
    return found[kind]
