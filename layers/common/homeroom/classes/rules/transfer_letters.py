"""What is told of a class that is to change hands: of its teacher and the class, and of nobody else (B-02, X-05)."""

from homeroom.mail.model import Letter
from homeroom.mail.rules import letter, one_line

IGNORE = "Not you? Ignore this mail: nothing happens."


def student(to: str, klass: str, teacher: str, link: str) -> Letter:
    """To a student of the class, before anything has changed."""
    return letter(
        to,
        f"Your class {one_line(klass)} may get another teacher",
        [
            "Hello,",
            f"{_teacher(teacher)} wants to hand over the class {one_line(klass)} to another teacher.",
            "If that teacher accepts, they coach everybody who is in the class, and see their work and progress.",
            "You may leave the class before. Nothing that you have done is lost either way.",
        ],
        ("See your classes", link),
        [IGNORE],
    )


def guardian(to: str, klass: str, teacher: str, link: str) -> Letter:
    """The same to the guardian of a student who is under 13."""
    return letter(
        to,
        f"The class {one_line(klass)} may get another teacher",
        [
            "Hello,",
            f"{_teacher(teacher)} wants to hand over the class {one_line(klass)} to another teacher.",
            "A child who named you as guardian is in it.",
            "If that teacher accepts, they coach everybody who is in the class, and see their work and progress.",
            "The child may leave the class before. Nothing that they have done is lost either way.",
        ],
        ("Go to Homeroom", link),
        [IGNORE],
    )


def receiver(to: str, klass: str, teacher: str, link: str, days: int) -> Letter:
    """To the teacher to whom it is offered."""
    return letter(
        to,
        f"The class {one_line(klass)} is offered to you",
        [
            "Hello,",
            f"{_teacher(teacher)} wants to hand over the class {one_line(klass)} to you.",
            "Its students, assignments, scores and goals come with it.",
            "Its students have been told, and may leave before you accept.",
        ],
        ("See the offer", link),
        [f"The offer stands for {days} days, for the account that owns this address.", IGNORE],
    )


def _teacher(name: str) -> str:
    return one_line(name) or "A teacher"
