"""What accounts are told by the rosters of their districts (A-06, A-08)."""

from homeroom.accounts.account import Account
from homeroom.accounts.roster import DistrictRole, DistrictRoles
from homeroom.roster.activation.model import DistrictOf
from homeroom.roster.activation.service.standing import RosterStanding


class RosterTold:
    """The rosters, as accounts ask them (`homeroom.accounts.roster.Roster`)."""

    def __init__(self, standing: RosterStanding) -> None:
        self._standing = standing

    def of(self, account: Account) -> tuple[Account, list[DistrictRoles]]:
        """The account's districts with its roles in each, and the account with the birth date that they say."""
        if not account.links:
            return account, []
        account, districts = self._standing.of(account)
        return account, [DistrictRoles(one.place.id, one.place.name, _roles(one)) for one in districts]


def _roles(found: DistrictOf) -> frozenset[DistrictRole]:
    stands: dict[DistrictRole, bool] = {
        "admin": bool(found.admin), "student": "student" in found.roles, "teacher": "teacher" in found.roles,
    }  # fmt: skip
    return frozenset(role for role, is_so in stands.items() if is_so)
