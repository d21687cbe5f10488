"""What B3's index calls have in common: codes, models of replies, the language of numbers.

Numbers are texts in the language asked for: ``18.553.794,87445950`` in pt-br and
``18,553,794.87445950`` in en-us. Which one is told by the texts themselves, never by a file's name.
A reply does not say which index it speaks of: the name it lands under does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from lastro.core.errors import NoDataError, ParseError
from lastro.core.settings import Section
from lastro.vendors import b3

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lastro.core.http import Answer, HttpClient

M = TypeVar("M", bound=BaseModel)

CODE = r"[A-Z][A-Z0-9]{3,7}"
"""How B3 writes an index's code, as a regular expression."""
PORTUGUESE, ENGLISH = "pt-br", "en-us"
_SAME = {"IBOVESPA": "IBOV"}
_SWAPPED = str.maketrans(",.", ".,")


class IndexOptions(Section):
    """Which indexes to ask for."""

    indexes: str = Field(
        "IBOV IBXX IBXL SMLL IDIV IFIX",
        description="Codes of indexes to ask for, separated by blanks.",
        pattern=rf"^ *{CODE}([ ,]+{CODE})* *$",
    )

    @property
    def codes(self) -> list[str]:
        """The codes, each once, in the order given."""
        return list(dict.fromkeys(re.findall(CODE, self.indexes)))


def index_code(code: str) -> str:
    """The one name of an index that B3 calls by two."""
    return _SAME.get(code, code)


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask a call with all its pages.

    Raises:
        NoDataError: It answers with nothing, as for an index it does not know.
        TemporaryError: It answers with a web page.
    """
    answer = b3.get_pages(client, url, etag=etag, last_modified=last_modified)
    if answer.status != 304 and not answer.body.strip(b' \r\n\t"'):
        raise NoDataError(
            "{url} has nothing to say.",
            hint="B3 answers so for an index that it does not know by that code.",
            url=url,
        )
    return answer


def validate(model: type[M], name: str, found: object) -> M:
    """A reply as its model; the model says what is needed and lets new fields pass.

    Raises:
        ParseError: It names file and field.
    """
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise ParseError(
            "{name}: the field {field} is not as B3 documents it: {why}.",
            hint="Either this is a reply of another call, or B3 changed it: compare with the "
            "source's page in the reference, and report it.",
            name=name,
            field=".".join(str(part) for part in first["loc"]) or "(the whole reply)",
            why=first["msg"][:1].lower() + first["msg"][1:],
        ) from None


def language(name: str, texts: Iterable[str | None], decimals: int) -> str:
    """The language that numbers with a fixed number of decimals are written in.

    Args:
        name: The file's name, for messages.
        texts: Numbers as written; what is blank or no number says nothing.
        decimals: How many decimals each of them has.

    Returns:
        ``pt-br`` or ``en-us``.

    Raises:
        ParseError: They are of no language, or of both.
    """
    found = {spoken for text in texts if (spoken := _language(text or "", decimals))}
    if len(found) != 1:
        raise unreadable(name, f"its numbers are in {' and '.join(sorted(found)) or 'no language'}")
    return found.pop()


def _language(text: str, decimals: int) -> str | None:
    if re.fullmatch(rf"-?\d{{1,3}}(\.?\d{{3}})*,\d{{{decimals}}}", text.strip()):
        return PORTUGUESE
    if re.fullmatch(rf"-?\d{{1,3}}(,?\d{{3}})*\.\d{{{decimals}}}", text.strip()):
        return ENGLISH
    return None


def in_portuguese(text: str | None, spoken: str) -> str | None:
    """A number's text as pt-br writes it; one that is so written stays as it is."""
    return text if text is None or spoken == PORTUGUESE else text.translate(_SWAPPED)


def as_text(value: object) -> str | None:
    """A value of a reply as text; null stays null."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def unnamed(name: str, example: str) -> ParseError:
    """The error for a reply whose name does not say what it speaks of."""
    return ParseError(
        "{name} does not say which index it speaks of.",
        hint="B3's replies do not name their index: call the file {example}, with the index's "
        "code and the day or year, and import it again.",
        name=name,
        example=example,
    )


def unreadable(name: str, why: str) -> ParseError:
    """The error for a file that is not what it should be."""
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )
