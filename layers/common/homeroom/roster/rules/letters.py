"""What people of a district are told by mail: short, with no names but the reader's and the district's (D-04, X-05)."""

from collections.abc import Sequence

from homeroom.mail.model import Letter
from homeroom.mail.rules import letter, one_line
from homeroom.roster.holds import Hold
from homeroom.roster.rules import guard

# The worst of what fired is enough for a mail; all of it is on the page that the mail leads to.
MOST_HOLDS = 5
WHY = "You get this mail because you administer the district in Homeroom."


def activation(to: str, first: str, district: str, link: str) -> Letter:
    """To a teacher or an administrator on the roster: there is an account to be activated (D-04)."""
    name = one_line(district)
    return letter(
        to,
        f"Activate your Homeroom account for {name}",
        [
            _greeting(first),
            f"{name} uses Homeroom, and has put you on its roster. Your classes and reports there are ready for you.",
            "To reach them, sign in with this address. If you have no account yet, you can make one with it.",
        ],
        ("Activate your account", link),
        ["Not you? Ignore this mail: nothing happens unless somebody signs in with this address."],
    )


def held(to: str, first: str, district: str, run: int, holds: Sequence[Hold], link: str) -> Letter:
    """To an administrator: a plan changes so much that a person must decide on it (S-08, S-09). Numbers, no names."""
    name = one_line(district)
    more = [f"And {len(holds) - MOST_HOLDS} more."] if len(holds) > MOST_HOLDS else []
    return letter(
        to,
        f"Roster changes of {name} wait for your decision",
        [
            _greeting(first),
            f"Run {run} of {name} found more changes in the roster than usual. None of them has been applied:",
            *(_reason(hold) for hold in holds[:MOST_HOLDS]),
            *more,
            "Look at the plan, then approve or reject it. Until then the roster stays as it is.",
        ],
        ("Look at the plan", link),
        [WHY],
    )


def disconnected(to: str, first: str, district: str, link: str) -> Letter:
    """To an administrator: Clever lets us read the district's roster no more (D-03)."""
    name = one_line(district)
    return letter(
        to,
        f"{name} is no longer connected to Clever",
        [
            _greeting(first),
            f"Clever no longer lets Homeroom read the roster of {name}. Changes in the roster no longer arrive.",
            "Nothing has been removed: people and classes stay as they are.",
            "If this was not meant, connect Homeroom again in Clever; updates then go on by themselves.",
        ],
        ("See how the district stands", link),
        [WHY],
    )


def _greeting(first: str) -> str:
    return f"Hello {one_line(first)}," if one_line(first) else "Hello,"


def _reason(hold: Hold) -> str:
    # Ids of people say nothing to a reader, and have no business in a mail.
    return guard.told(hold if hold.guard == "undone" else hold.model_copy(update={"sample": ()}))
