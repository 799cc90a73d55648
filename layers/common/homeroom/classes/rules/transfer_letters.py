"""What is told of a class that is to change hands: of its teacher and the class, and of nobody else (B-02, X-05)."""

from datetime import datetime
from typing import NamedTuple

from homeroom.classes.rules.transfers import VALID, in_words
from homeroom.mail.model import Letter
from homeroom.mail.rules import letter, one_line

IGNORE = "Not you? Ignore this mail: nothing happens."


class Offered(NamedTuple):
    """What a letter says of an offer: the class, and its owner's name ("" when they gave none).

    `start` is from when on it can be accepted with students in the class; `empty` says that there are none now.
    """

    klass: str
    teacher: str
    start: datetime
    empty: bool = False


def student(to: str, said: Offered, link: str) -> Letter:
    """To a student of the class, before anything has changed."""
    return letter(
        to,
        f"Your class {one_line(said.klass)} may get another teacher",
        [
            "Hello,",
            f"{_teacher(said)} wants to hand over the class {one_line(said.klass)} to another teacher.",
            _what_follows(said),
            "You may leave the class before. Nothing that you have done is lost either way.",
        ],
        ("See your classes", link),
        [IGNORE],
    )


def guardian(to: str, said: Offered, link: str) -> Letter:
    """The same to the guardian of a student who is under 13."""
    return letter(
        to,
        f"The class {one_line(said.klass)} may get another teacher",
        [
            "Hello,",
            f"{_teacher(said)} wants to hand over the class {one_line(said.klass)} to another teacher.",
            "A child who named you as guardian is in it.",
            _what_follows(said),
            "The child may leave the class before. Nothing that they have done is lost either way.",
        ],
        ("Go to Homeroom", link),
        [IGNORE],
    )


def receiver(to: str, said: Offered, link: str) -> Letter:
    """To the teacher to whom it is offered."""
    start = in_words(said.start)
    students = (
        f"Nobody is in it now, so you can accept at once. Once a student joins, you can from {start} on."
        if said.empty
        else f"Its students are told, and may leave first: you can accept from {start} on."
    )
    return letter(
        to,
        f"The class {one_line(said.klass)} is offered to you",
        [
            "Hello,",
            f"{_teacher(said)} wants to hand over the class {one_line(said.klass)} to you.",
            "Its students, assignments, scores and goals come with it.",
            students,
        ],
        ("See the offer", link),
        [f"The offer stands for {VALID.days} days, for the account that owns this address.", IGNORE],
    )


def _what_follows(said: Offered) -> str:
    return (
        f"That teacher can accept from {in_words(said.start)} on. If they do, they coach everybody who is in the class "
        "then, and see their work and progress."
    )


def _teacher(said: Offered) -> str:
    return one_line(said.teacher) or "A teacher"
