"""A CloudFormation template as CloudFormation would read it: loops run, references filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cfnlint.decode import decode  # type: ignore[import-untyped]
from cfnlint.template import Template  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_PLACE = re.compile(r"\$\{([^}!]+)\}")
_NOTHING = object()
REGION, ACCOUNT = "sa-east-1", "123456789012"  # the account that moto plays
OURSELVES = {
    "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws",
    "AWS::StackName": "lastro", "AWS::NoValue": _NOTHING,
}  # fmt: skip


def resources(path: Path) -> dict[str, Any]:
    """Resources of a template by name, every ``Fn::ForEach`` written out."""
    body, found = decode(str(path))
    assert not found, found
    template = Template(str(path), body, [REGION])
    assert not template.transform()
    made: dict[str, Any] = template.template["Resources"]
    return made


def resolve(node: Any, known: Mapping[str, Any]) -> Any:
    """A part of a template with its functions worked out.

    Args:
        node: The part.
        known: What ``Ref`` (``Name``), ``Fn::GetAtt`` (``Name.Attribute``) and conditions give.
    """
    if isinstance(node, list):
        return [value for each in node if (value := resolve(each, known)) is not _NOTHING]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((name, given),) = node.items()
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](given, {**OURSELVES, **known})
    done = {name: resolve(value, known) for name, value in node.items()}
    return {name: value for name, value in done.items() if value is not _NOTHING}


def _sub(given: Any, known: Mapping[str, Any]) -> str:
    text, own = given if isinstance(given, list) else (given, {})
    places = {**known, **{name: resolve(value, known) for name, value in own.items()}}
    return _PLACE.sub(lambda found: str(places[found[1]]), text)


def _attribute(given: Any, known: Mapping[str, Any]) -> Any:
    name = given if isinstance(given, str) else ".".join(resolve(given, known))
    return known[name]


_FUNCTIONS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "Ref": lambda given, known: known[resolve(given, known)],
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _sub,
    "Fn::Join": lambda given, known: given[0].join(resolve(given[1], known)),
    "Fn::If": lambda given, known: resolve(given[1] if known[given[0]] else given[2], known),
}
