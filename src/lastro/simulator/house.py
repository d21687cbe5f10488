"""What a simulated institution is: something that answers paths as the real one would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP.

    Attributes:
        status: HTTP status.
        body: Bytes as the institution would send them.
        content_type: As the institution would say it, odd as that may be.
    """

    status: int
    body: bytes
    content_type: str = "application/json"


class House(Protocol):
    """An institution of the simulated market; the server finds it by the first part of the path."""

    def answer(self, path: str, query: str) -> Reply:
        """Answer a GET.

        Args:
            path: Below the house, percent-decoded, beginning with a slash.
            query: What follows the question mark, as sent.
        """
