"""How far an administrator of some schools reaches: whom they see, and whose links and aliases they change (P-08)."""

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.model import Scope
from homeroom.roster.activation.model import Record
from homeroom.roster.activation.refusals import LinkedHere
from homeroom.runtime.errors import InvalidInput


def require_sight(scope: Scope, record: Record | None) -> None:
    """Raises OutOfScope for somebody who is in none of the administrator's schools, or not on the roster. P-08."""
    if not scope.whole:
        # Whether there is somebody beyond their schools is none of their business.
        theirs = sorted(scope.schools & record.schools) if record else []
        scope.require(theirs[0] if theirs else None)


def require_power(scope: Scope, record: Record) -> None:
    """Raises OutOfScope as `require_sight`, and for who administers more than the administrator does. P-08."""
    require_sight(scope, record)
    if record.admin == "district" or (record.admin and not record.admin_schools <= scope.schools):
        scope.require()


def require_another(scope: Scope, account: str, record: Record) -> None:
    """Raises LinkedHere when administrators would make students of themselves. A-08."""
    if record.student and account == scope.account:
        raise LinkedHere("Whoever administers the district is no student of it.")


def require_earlier(end: LinkEnd, instead_of: str) -> None:
    """Raises InvalidInput for a record that would take its own place: its link would be cut. A-09."""
    if instead_of == end.person:
        raise InvalidInput("Name the record that the person had before.", field="instead_of")
