"""Days on which something is due, as texts."""

from datetime import date


def is_due(due: str, today: date) -> bool:
    """Whether the day (`YYYY-MM-DD`) has come; "" never comes. Carries out S-12, S-14."""
    return bool(due) and due <= today.isoformat()
