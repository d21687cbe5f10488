"""lastro users: who may come in; for the operator, who holds the store and its key anyway."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.errors import NotFoundError, RequestError
from lastro.core.language import say

if TYPE_CHECKING:
    from lastro.identity.people import People
    from lastro.store.users import User

Action = Literal["list", "invite", "link", "role", "disable", "enable", "drop-second-factor"]


def users(
    ctx: typer.Context,
    action: Annotated[
        Action,
        typer.Argument(
            help=say(
                "list shows everybody; invite adds somebody and prints a one-time link; link "
                "prints a new one; role, disable and enable change somebody; drop-second-factor "
                "helps who lost the phone."
            )
        ),
    ] = "list",
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=say("Whose."))] = "",
    name: Annotated[str, typer.Option("--name", help=say("What people call them."))] = "",
    role: Annotated[
        str, typer.Option("--role", help=say("admin, analyst, adviser, client or service."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show, invite and change users."""
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    people = platform.identity.people
    if action == "list":
        found = [_row(user) for user in people.everyone()]
        if as_json:
            screen.json(users=found)
        elif found:
            names = [say("e-mail"), say("name"), say("role"), say("second factor"), say("state")]
            screen.table(names, [_line(row) for row in found])
        else:
            screen.say(say("There are no users yet; `lastro up` prints a link for the first."))
        return
    if not email:
        raise RequestError("Whose?", hint="Name an e-mail: `lastro users link ana@example.com`.")
    user, link = _done(people, action, email, name=name, role=role)
    place = f"{platform.settings.identity.public_url}{link}" if link else ""
    if as_json:
        screen.json(user=_row(user), link=place)
        return
    screen.say(say("{email}: {role}.", email=user.email, role=user.role))
    if place:
        screen.say(place, strong=True)
        screen.note(say("The link works once and for some hours; whoever holds it comes in."))


def _done(people: "People", action: str, email: str, *, name: str, role: str) -> tuple["User", str]:
    """The user as they are now, and the path of a link where one was asked for."""
    from lastro.identity.desk import Visitor
    from lastro.identity.people import Wish

    here = Visitor()
    if action == "invite":
        return people.invite(None, email, name or email.partition("@")[0], role, here)
    user = people.by_email(email)
    if user is None:
        raise NotFoundError(
            "There is no user {email}.", hint="List them: `lastro users`.", email=email
        )
    if action == "link":
        return user, people.new_link(None, user.id, here)
    if action == "drop-second-factor":
        people.drop_second_factor(None, user.id, here)
        return user, ""
    wishes = {
        "role": Wish(role=role),
        "disable": Wish(disabled=True),
        "enable": Wish(disabled=False),
    }
    return people.change(None, user.id, wishes[action], here), ""


def _row(user: "User") -> dict[str, Any]:
    state = "active" if user.password or user.subject else "invited"
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "second_factor": user.totp_since is not None,
        "state": "disabled" if user.disabled_at else state,
    }


def _line(row: dict[str, Any]) -> list[object]:
    states = {"active": say("active"), "invited": say("invited"), "disabled": say("disabled")}
    factor = say("yes") if row["second_factor"] else say("no")
    return [row["email"], row["name"], row["role"], factor, states[row["state"]]]


COMMAND = Command(users, say("Show, invite and change users."), "tend")
