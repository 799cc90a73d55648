"""What a class may be called."""

from homeroom.accounts.rules.names import LONGEST_NAME, clean_name
from homeroom.runtime.errors import InvalidInput


def class_name(text: str) -> str:
    """A class's name as it is kept: whatever somebody may be called. Raises InvalidInput (field `name`). C-01."""
    if name := clean_name(text):
        return name
    raise InvalidInput(f"A class's name is one line of 1 to {LONGEST_NAME} characters that can be read.", field="name")
