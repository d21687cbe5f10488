"""What a bucket's refusal means, whichever of the libraries brings it: who must act, and how.

The three libraries raise errors of their own, and all of them carry the answer of the server as
text. The code in it is S3's own word for what is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError, LastroError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable

_ASKED = re.compile(r"Errorperforming\w+https?:|Failedtoloadcredentials|NoCredentials")
_DRAWN = re.compile(r"\x1b\[[0-9;]*m|↳|\s+")  # delta-rs colours and folds what it says
_CODE = re.compile(r"<Code>(\w+)</Code>")
_REGION = re.compile(r"<Region>([\w-]+)</Region>")
_STATUS = re.compile(r"non-2xxstatuscode:?(\d{3})")
_ADDRESS = re.compile(r"Errorperforming\w+(https?://[^/]+)")
_WORDLESS = re.compile(r"ErrorperformingHEAD.*non-2xxstatuscode:?(?:30\d|400|401|403)")

_LACKING = ("169.254.169.254", "fd00:ec2", "latest/api/token", "NoCredentials",
            "CredentialsNotLoaded", "noprovidersinchain", "Failedtoloadcredentials")  # fmt: skip


def is_unsaid(error: BaseException) -> bool:
    """Whether a store refused a question whose answers have no words (HEAD)."""
    return bool(_WORDLESS.search(_plain(error)))


def trouble_of(error: BaseException) -> LastroError | None:
    """An error of a library as one that says who must act; None where it is no refusal.

    An object that is not there, or was there already, is an answer and no refusal.

    Args:
        error: What obstore, delta-rs or Polars raised.
    """
    plain = _plain(error)
    if not _ASKED.search(plain):
        return None
    if any(mark in plain for mark in _LACKING):
        return ConfigError(
            "There are no credentials for S3.",
            hint="Set LASTRO_LAKE__S3_ACCESS_KEY_ID and LASTRO_LAKE__S3_SECRET_ACCESS_KEY, or run "
            "on a machine with a role.",
        )
    found = _CODE.search(plain)
    status = _STATUS.search(plain)
    if found is None and status is None:
        return _unreachable(plain)
    return _refusal(found[1] if found else "", int(status[1]) if status else 0, plain)


def _plain(error: BaseException) -> str:
    return _DRAWN.sub("", str(error))


def _refusal(code: str, status: int, plain: str) -> LastroError | None:
    for codes, statuses, told in _MEANINGS:
        if code in codes or status in statuses:
            return told(code or str(status), plain)
    return None


def _key(code: str, plain: str) -> LastroError:
    del plain
    return ConfigError(
        "S3 does not know the access key, or its secret is another ({code}).",
        hint="Set LASTRO_LAKE__S3_ACCESS_KEY_ID and LASTRO_LAKE__S3_SECRET_ACCESS_KEY anew.",
        code=code,
    )


def _expired(code: str, plain: str) -> LastroError:
    del plain
    return ConfigError(
        "The credentials for S3 have expired ({code}).",
        hint="Get new ones and set LASTRO_LAKE__S3_ACCESS_KEY_ID, "
        "LASTRO_LAKE__S3_SECRET_ACCESS_KEY and LASTRO_LAKE__S3_SESSION_TOKEN; then run the "
        "command again: nothing was lost.",
        code=code,
    )


def _clock(code: str, plain: str) -> LastroError:
    del plain
    return ConfigError(
        "S3 refuses requests because this machine's clock is wrong ({code}).",
        hint="Set the clock, then run the command again: nothing was lost.",
        code=code,
    )


def _bucket(code: str, plain: str) -> LastroError:
    del plain
    return ConfigError(
        "There is no such bucket ({code}).",
        hint="Make the bucket, or set LASTRO_LAKE__URL (and LASTRO_LAKE__S3_ENDPOINT) to one "
        "that exists.",
        code=code,
    )


def _busy(code: str, plain: str) -> LastroError:
    del plain
    return TemporaryError(
        "S3 is too busy or out of order ({code}).",
        hint="Run the command again later: nothing was lost. If it stays so, ask whoever runs "
        "the store.",
        code=code,
    )


def _right(code: str, plain: str) -> LastroError:
    del plain
    return ConfigError(
        "S3 does not permit this with the given credentials ({code}).",
        hint="Give them the rights that `lastro doctor` names as missing; then run the command "
        "again: nothing was lost.",
        code=code,
        is_right=True,
    )


def _elsewhere(code: str, plain: str) -> LastroError:
    del code
    region = _REGION.search(plain)
    if region:
        return ConfigError(
            "The bucket is in another region: {region}.",
            hint="Set LASTRO_LAKE__S3_REGION to {region}.",
            region=region[1],
        )
    return ConfigError(
        "The bucket is in another region.",
        hint="Set LASTRO_LAKE__S3_REGION to the bucket's own.",
    )


def _unreachable(plain: str) -> TemporaryError:
    address = _ADDRESS.search(plain)
    return TemporaryError(
        "S3 cannot be reached at {address}.",
        hint="Check LASTRO_LAKE__S3_ENDPOINT, the network and the server's certificate, then run "
        "the command again: nothing was lost.",
        address=address[1] if address else "AWS",
    )


_MEANINGS: tuple[tuple[frozenset[str], frozenset[int], Callable[[str, str], LastroError]], ...] = (
    (frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity"}),
     frozenset(), _key),
    (frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"}),
     frozenset(), _expired),
    (frozenset({"RequestTimeTooSkewed"}), frozenset(), _clock),
    (frozenset({"NoSuchBucket", "InvalidBucketName"}), frozenset(), _bucket),
    (frozenset({"AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect",
                "IllegalLocationConstraintException", "IncorrectEndpoint"}),
     frozenset({301, 307}), _elsewhere),
    (frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Throttling",
                "ThrottlingException", "RequestLimitExceeded"}),
     frozenset({429, 500, 502, 503, 504}), _busy),
    (frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess"}),
     frozenset({401, 403}), _right),
)  # fmt: skip
"""Codes of S3, statuses that say as much without one, and what both mean."""
