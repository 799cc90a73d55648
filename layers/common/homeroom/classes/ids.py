"""A class's id: of a section of a district, or of somebody's own making. Opaque to callers of the API."""

import re
from typing import Literal, NamedTuple

from homeroom.runtime.errors import NotFound

Kind = Literal["district", "independent"]
_PREFIX: dict[Kind, str] = {"district": "d", "independent": "u"}
_SHAPE = re.compile(r"(?P<kind>[du])_(?P<of>[A-Za-z0-9-]{1,64})_(?P<own>[A-Za-z0-9-]{1,64})")


class ClassNotFound(NotFound):
    """There is no such class, or it is none of the caller's business (X-01)."""

    code = "class_not_found"
    title = "No such class"


class ClassId(NamedTuple):
    """`of` is the district, or the account that made the class; `own` the section, or the class's own id."""

    kind: Kind
    of: str
    own: str

    @property
    def text(self) -> str:
        """The id as callers see it."""
        return f"{_PREFIX[self.kind]}_{self.of}_{self.own}"

    @classmethod
    def read(cls, text: str) -> "ClassId":
        """The class that a caller names. Raises ClassNotFound for what is no class's id."""
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise ClassNotFound
        return cls("district" if match["kind"] == "d" else "independent", match["of"], match["own"])
