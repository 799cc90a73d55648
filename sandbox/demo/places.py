"""Who could move where, in the roster as it is stored."""

from sandbox.rig.stack import Stack


def somebody_in_two_places(stack: Stack, district: str) -> tuple[str, str, str]:
    """A student, a class that they are in, and one that they are not in."""
    roster = stack.roster()
    sections = [key.removesuffix("|CLASS").rpartition("#")[2] for key in sorted(roster) if key.endswith("|CLASS")]
    old = sections[0]
    student = min(key.rpartition("S#")[2] for key in roster if f"#{old}|S#" in key)
    new = next(section for section in sections if f"C#D#{district}#{section}|S#{student}" not in roster)
    return student, old, new
