"""Accounts as their owners and programs see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from homeroom.accounts.account import Account, Guardian, GuardianState
from homeroom.accounts.roster import DistrictRole, DistrictRoles
from homeroom.accounts.rules import Permission, Permissions
from homeroom.accounts.rules.accounts import Kind, kind, login_address, owned
from homeroom.runtime.auth import Caller
from homeroom.runtime.shapes import Shape

from .activations import ProposalBody, proposal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from homeroom.accounts.service.me import Me
    from homeroom.roster.activation.model import Shown

StatedRole = Literal["teacher", "student"]


class PermissionsBody(Shape):
    """What the account's age permits at this moment (A-06); without a birth date that can be believed, as under 13."""

    discussion_posts: Permission
    cs_projects: Permission

    @classmethod
    def of(cls, permissions: Permissions) -> "PermissionsBody":
        """What is shown of permissions: not why."""
        return cls(discussion_posts=permissions.discussion_posts, cs_projects=permissions.cs_projects)


class DistrictMembership(Shape):
    """What the account is in a district, by the roster records that it is linked to, or by a grant."""

    id: str
    name: str | None
    roles: list[DistrictRole]

    @classmethod
    def of(cls, found: DistrictRoles) -> "DistrictMembership":
        """What is shown of a district."""
        return cls(id=found.district, name=found.name or None, roles=sorted(found.roles))


class AddressBody(Shape):
    """The login's address."""

    value: str
    verified: bool
    own: bool = Field(description="False while the address is another account's: nothing sent to it is this account's")

    @classmethod
    def of(cls, account: Account, caller: Caller) -> "AddressBody | None":
        """The address by which the caller has signed in, None when it is not verified."""
        own = login_address(caller.address) in owned(account, caller.address)
        return cls(value=caller.address, verified=True, own=own) if caller.address else None


class GuardianBody(Shape):
    """Who answers for the account's owner (J-09)."""

    address: str
    state: GuardianState
    asked_at: datetime
    answered_at: datetime | None

    @classmethod
    def of(cls, guardian: Guardian) -> "GuardianBody":
        """All that is known of a guardian."""
        asked, answered = guardian.asked, guardian.answered
        return cls(address=guardian.address, state=guardian.state, asked_at=asked, answered_at=answered)


class MeBody(Shape):
    """The caller's account."""

    account: str
    name: str | None = Field(description="What others read in independent classes; null until it is given")
    role: StatedRole | None = Field(description="What the account says of itself; it grants nothing")
    roles: list[DistrictRole] = Field(
        description="By roster records, grants, classes of its own, and what it says of itself"
    )
    kind: Kind = Field(description="`district` while it is linked to a roster record, else `grassroots`")
    permissions: PermissionsBody
    districts: list[DistrictMembership]
    address: AddressBody | None = Field(description="Null while the login has none that its provider has verified")
    aliases: list[str] = Field(description="Further addresses, verified by a mailed link")
    birth_date: str | None = Field(description="YYYY-MM-DD, or YYYY-MM", examples=["2012-02-29"])
    birth_date_by: Literal["self", "roster"] | None
    time_zone: str | None = Field(
        description="An IANA name; UTC counts where none is given, the district's while linked"
    )
    guardian: GuardianBody | None
    guardian_needed: bool = Field(description="Whether joins and accepts wait for a guardian's yes")
    proposals: list[ProposalBody] = Field(
        description="Roster records that are the caller's once they agree: POST /activations/confirm"
    )

    @classmethod
    def of(cls, me: "Me", caller: Caller, proposed: "Sequence[Shown]") -> "MeBody":
        """What of an account its owner is shown: all of it."""
        account = me.account
        return cls(
            account=account.id, name=account.name or None, role=account.role or None, roles=list(me.roles),
            kind=kind(account), permissions=PermissionsBody.of(me.permissions),
            districts=[DistrictMembership.of(one) for one in me.districts],
            address=AddressBody.of(account, caller),
            aliases=sorted(account.addresses), birth_date=account.birth_date or None,
            birth_date_by=account.birth_by or None, time_zone=account.zone or None,
            guardian=GuardianBody.of(account.guardian) if account.guardian else None,
            guardian_needed=me.guardian_needed, proposals=[proposal(one) for one in proposed],
        )  # fmt: skip
