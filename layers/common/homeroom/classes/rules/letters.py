"""What the invited are told by mail: no names but their teacher's and the class's (I-01, X-05)."""

from datetime import datetime
from typing import NamedTuple

from homeroom.classes.model import InvitationKind
from homeroom.mail.model import Letter
from homeroom.mail.rules import letter, one_line

NOT_YOU = "Not you, or you do not know who this is? Ignore this mail: nothing happens unless you accept."


class Invited(NamedTuple):
    """What an invitation's letter says: the class, its owner's name ("" when they gave none), and its end."""

    klass: str
    teacher: str
    kind: InvitationKind
    expires: datetime


def invitation(to: str, said: Invited, link: str) -> Letter:
    """To somebody who is invited to a class, as a student or as a co-teacher (I-01, B-01)."""
    teacher, klass = one_line(said.teacher) or "A teacher", one_line(said.klass)
    student = said.kind == "student"
    what = "join" if student else "teach"
    means = (
        "If you join, the class's teachers can see what you learn in Homeroom. You can leave again at any time."
        if student
        else "If you accept, you see the class's students and their progress, and give them assignments and goals."
    )
    until = f"{said.expires.day} {said.expires:%B %Y}"
    how = f"To accept or decline, follow the link by {until} and sign in with this address. The link works once."
    return letter(
        to,
        f"{teacher} invites you to {what} {klass} in Homeroom",
        [
            "Hello,",
            f"{teacher} invites you to {what} the class {klass} in Homeroom.",
            means,
            how,
            "If you have no account yet, you can make one with this address.",
        ],
        ("See the invitation", link),
        [NOT_YOU],
    )
