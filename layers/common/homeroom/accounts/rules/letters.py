"""What the owner of an address and a guardian are told by mail: nobody's name, nothing that is the account's (X-05)."""

from homeroom.mail.model import Letter
from homeroom.mail.rules import letter

DAYS = "The link works for 30 days."


def verify(to: str, link: str) -> Letter:
    """To an address that somebody says is theirs: whoever follows the link with their account owns it (A-05)."""
    return letter(
        to,
        "Confirm your address for Homeroom",
        [
            "Hello,",
            "Somebody who is signed in to Homeroom gave this address as theirs.",
            "If that was you, follow the link and sign in with the same account.",
        ],
        ("Confirm this address", link),
        [f"{DAYS} It works once, and only for the account that asked.", "Not you? Ignore this mail: nothing happens."],
    )


def guardian(to: str, link: str) -> Letter:
    """To whom a child named: yes or no, without an account (J-09). Which child, nobody tells an unproved address."""
    return letter(
        to,
        "A child asks for your permission to use Homeroom",
        [
            "Hello,",
            "A child who uses Homeroom named you as guardian.",
            "Teachers use Homeroom to give work to their classes, and to see how their students get on.",
            "Before the child can join a teacher's class, a parent or guardian has to say yes.",
            "That teacher then sees the child's name, work and progress.",
            "Follow the link to say yes or no; you need no account.",
        ],
        ("Say yes or no", link),
        [
            f"{DAYS} After a no you can still say yes with it.",
            "Not you, or no child of yours? Say no, or ignore this mail: nothing happens without your yes.",
        ],
    )
