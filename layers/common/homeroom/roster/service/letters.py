"""From a message to a letter: everything that it says is read when it is sent, and so is whether it is still true."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from homeroom.accounts.rules import normalise_address
from homeroom.mail.model import Dropped, Letter, Made, Spread, Writer
from homeroom.mail.rules import postal
from homeroom.roster.districts import District
from homeroom.roster.rules import letters
from homeroom.roster.rules.announcements import why_not, why_not_there
from homeroom.roster.service.newcomers import GONE, Newcomers
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles
from homeroom.roster.store.people import PeopleStore
from homeroom.roster.store.runs import RunStore
from homeroom.runtime.errors import NotFound
from homeroom.runtime.messages import Message

if TYPE_CHECKING:
    from homeroom.accounts.directory import Directory
    from homeroom.accounts.store import AccountStore

SETTLED = Dropped("settled")

Compose = Callable[[str, str], Letter]


class Letters:
    """Writes the letters of districts. `front_end` is where readers go from them."""

    def __init__(
        self,
        districts: DistrictStore,
        people: PeopleStore,
        runs: RunStore,
        files: RunFiles,
        *,
        accounts: "AccountStore",
        directory: "Directory",
        front_end: str,
    ) -> None:
        self._districts, self._people, self._runs, self._files = districts, people, runs, files
        self._accounts, self._directory, self._front_end = accounts, directory, front_end

    def writers(self) -> dict[str, Writer]:
        """Who writes what, by the message's kind."""
        newcomers = Newcomers(self._districts, self._runs, self._files)
        return {
            "joined": newcomers.spread, "activation": self.activation, "held": self.held,
            "disconnected": self.disconnected,
        }  # fmt: skip

    def activation(self, message: Message) -> Made:
        """To a teacher or an administrator, unless something speaks against it by now. Carries out A-05, A-08, D-04."""
        district = self._districts.get(message.district)
        if district is None or district.state == "ended":
            return GONE
        person = self._people.get(district.id, message.person)
        if person is None:
            return Dropped("person_gone")
        if reason := why_not(person, mails=district.settings.mails):
            return Dropped(reason)
        sharing = self._people.sharing(district.id, person.address)
        if reason := why_not_there(person, sharing, asked=bool(message.actor)):
            return Dropped(reason)
        return letters.activation(postal(person.address) or "", person.first, district.name, self._front_end)

    def held(self, message: Message) -> Made:
        """To the district's administrators, while the plan still waits. Carries out S-08, S-09."""
        district = self._districts.get(message.district)
        if district is None:
            return GONE
        try:
            run = self._runs.get(district.id, message.run)
        except NotFound:
            return SETTLED
        if run.state != "held":
            return SETTLED

        def compose(to: str, first: str) -> Letter:
            return letters.held(to, first, district.name, run.run, run.holds, self._front_end)

        return self._told(message, district, f"{layout.plan_prefix(run)}/{layout.REPORT}", compose)

    def disconnected(self, message: Message) -> Made:
        """To the district's administrators, while it is disconnected. Carries out D-03."""
        district = self._districts.get(message.district)
        if district is None:
            return GONE
        if district.state != "disconnected":
            return SETTLED

        def compose(to: str, first: str) -> Letter:
            return letters.disconnected(to, first, district.name, self._front_end)

        prefix = self._runs.sync(district.id).promoted.prefix
        return self._told(message, district, f"{prefix}/{layout.REPORT}" if prefix else "", compose)

    def _told(self, message: Message, district: District, report: str, compose: Compose) -> Made:
        """To one reader their letter; a message to all becomes one to each."""
        if message.person:
            return self._to_person(district.id, message.person, compose)
        if message.account:
            return self._to_account(district.id, message.account, compose)
        return Spread(tuple(self._one_each(message, report)))

    def _to_person(self, district: str, person: str, compose: Compose) -> Made:
        found = self._reader(district, person)
        return compose(*found) if found else Dropped("no_admin")

    def _to_account(self, district: str, account: str, compose: Compose) -> Made:
        grant = self._accounts.grant(account, district)
        if grant is None or grant.ended_at or not grant.whole:
            return Dropped("no_admin")
        address = postal(self._directory.address(account))
        return compose(address, "") if address else Dropped("no_address")

    def _one_each(self, message: Message, report: str) -> Iterator[Message]:
        """A message to each administrator of the whole district: by the roster first, then by a grant.

        Who is both, or has several records, under one address is told once (A-08). A report that is no longer kept
        names nobody.
        """
        told = set()
        for person in self._admins(report):
            found = self._reader(message.district, person)
            if found and normalise_address(found[0]) not in told:
                told.add(normalise_address(found[0]))
                yield message.model_copy(update={"id": f"{message.id}:P:{person}", "person": person})
        for grant in self._accounts.admins(message.district):
            if grant.whole and normalise_address(self._directory.address(grant.account)) not in told:
                yield message.model_copy(update={"id": f"{message.id}:A:{grant.account}", "account": grant.account})

    def _admins(self, report: str) -> tuple[str, ...]:
        kept = self._files.find(report) if report else None
        return layout.Report.model_validate_json(kept).admins if kept else ()

    def _reader(self, district: str, person: str) -> tuple[str, str] | None:
        """The address and the first name of somebody whom the roster in force makes an administrator of it all."""
        found = self._people.get(district, person)
        if found is None or found.state != "live" or found.admin != "district":
            return None
        address = postal(found.address)
        return (address, found.first) if address else None
