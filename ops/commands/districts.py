"""Districts: register, list, settings, go live (D-01, D-02, D-06)."""

import argparse
import json
from datetime import date, datetime
from typing import Any

from homeroom.runtime.errors import InvalidInput
from ops.commands import Commands
from ops.commands.runs import last_run
from ops.context import Context

COLUMNS = ("district", "state", "name", "time zone", "goes live on", "last run")


def add(commands: Commands) -> None:
    """Add this module's commands."""
    command = commands.add_parser("register", help="register a partner district, or accept one listed as unknown")
    command.add_argument("--district", required=True, help="its Clever id")
    command.add_argument("--name", required=True)
    command.add_argument("--time-zone", required=True, help="IANA name, e.g. America/Chicago")
    command.set_defaults(run=register)
    command = commands.add_parser("districts", help="list registered districts, and unknown ones that Clever lists")
    command.set_defaults(run=districts)
    command = commands.add_parser("settings", help="show a district's settings, or change some")
    command.add_argument("--district", required=True)
    command.add_argument("changes", nargs="*", metavar="key=value", help="e.g. grace_days=3 exclude.grades='[\"13\"]'")
    command.set_defaults(run=settings)
    command = commands.add_parser("go-live", help="let an onboarding district go live, now or on a date of its own")
    command.add_argument("--district", required=True)
    command.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    command.set_defaults(run=go_live)


def register(args: argparse.Namespace, context: Context) -> int:
    """Carries out D-06."""
    district = context.districts().register(
        args.district,
        name=args.name,
        time_zone=args.time_zone,
        actor=context.actor,
        now=context.now(),
        cause=context.cause,
    )
    context.out.line(f"{district.id} is registered, state {district.state}.")
    if district.state == "invited":
        context.out.line("Invite it in Clever's dashboard; once it authorises the application it is onboarding.")
    return 0


def districts(_: argparse.Namespace, context: Context) -> int:
    """Registered and unknown districts, by id."""
    store = context.district_store()
    rows: list[tuple[Any, ...]] = [
        (d.id, d.state, d.name, d.settings.time_zone, d.go_live_on, last_run(context, d.id)) for d in store.registered()
    ]
    rows += [(u.id, "unknown", None, None, None, f"listed since {_minute(u.first_seen)}") for u in store.unknown()]
    context.out.table("Districts", COLUMNS, rows)
    return 0


def settings(args: argparse.Namespace, context: Context) -> int:
    """Carries out D-02."""
    changes = parsed(args.changes)
    service = context.districts()
    district = service.get(args.district)
    if changes:
        district = service.change_settings(args.district, changes, context.actor, context.now(), cause=context.cause)
    shown = {name: json.dumps(value) for name, value in flat(district.settings.as_json()).items()}
    context.out.facts(f"Settings of {district.id}, version {district.settings_version}", shown)
    return 0


def go_live(args: argparse.Namespace, context: Context) -> int:
    """Carries out D-01."""
    district = context.districts().go_live(args.district, context.actor, context.now(), args.on, cause=context.cause)
    when = "" if district.state == "live" else f", goes live on {district.go_live_on}"
    context.out.line(f"{district.id} is {district.state}{when}.")
    return 0


def parsed(pairs: list[str]) -> dict[str, Any]:
    """`exclude.grades=["13"]` as {"exclude": {"grades": ["13"]}}; what is no JSON is text. Raises InvalidInput."""
    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise InvalidInput("Write each change as key=value; the value is JSON or plain text.", field="key=value")
        _place(changes, key.split("."), _json_or_text(value))
    return changes


def _place(changes: dict[str, Any], path: list[str], value: Any) -> None:
    *parts, last = path
    for part in parts:
        changes = changes.setdefault(part, {})
        if not isinstance(changes, dict):
            raise InvalidInput("Change a setting as a whole or its parts, not both at once.", field=".".join(path))
    changes[last] = value


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted path."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
