"""How B3's web writes numbers, dates and pages, in Portuguese or in English."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lastro.simulator.house import Reply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    Asked = Mapping[str, Any]

NO_DATE = "31/12/9999"
_SWAPPED = str.maketrans(",.", ".,")


def number(value: float, decimals: int, asked: Asked) -> str:
    """A number with separators as the language asked for has them; pt-br unless en-us."""
    text = f"{value:,.{decimals}f}"
    return text if asked.get("language") == "en-us" else text.translate(_SWAPPED)


def plain(value: float, most: int) -> str:
    """A number with a decimal comma and as many decimals as it needs, ``most`` at the most."""
    text = f"{value:.{most}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def date(day: dt.date) -> str:
    """``17/12/2021``."""
    return f"{day:%d/%m/%Y}"


def page_of(rows: Sequence[Any], asked: Asked) -> tuple[dict[str, int], list[Any]]:
    """The page of the rows that is asked for, and what B3 says of it; page -1 is all of them."""
    wanted = int(asked.get("pageNumber") or 1)
    size = max(1, int(asked.get("pageSize") or 20))
    if wanted < 1:
        wanted, size = 1, max(1, len(rows))
    pages = -(-len(rows) // size)
    about = {
        "pageNumber": wanted,
        "pageSize": size,
        "totalRecords": len(rows),
        "totalPages": pages,
    }
    return about, list(rows[(wanted - 1) * size : wanted * size])


def as_json(found: object) -> Reply:
    """An answer as JSON without blanks."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return Reply(200, text.encode())


def as_text(found: object) -> Reply:
    """An answer that is JSON and says to be plain text, as B3's on companies do."""
    return Reply(200, as_json(found).body, "text/plain; charset=utf-8")


def nothing() -> Reply:
    """What B3 answers about what it does not know: no bytes, and success."""
    return Reply(200, b"", "text/plain; charset=utf-8")
