"""Whom a run has brought, read from its plan when all of that has been written (A-05, D-04)."""

import gzip
import json

from homeroom.mail.model import Dropped, Made, Spread
from homeroom.roster.changes import Change
from homeroom.roster.rules.announcements import joiners
from homeroom.roster.runs import Run
from homeroom.roster.service.announcements import activation
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles
from homeroom.roster.store.runs import RunStore
from homeroom.runtime.errors import NotFound
from homeroom.runtime.messages import Message

GONE = Dropped("district_gone")


class Newcomers:
    """Makes the one message about a run into one to each whom it has brought."""

    def __init__(self, districts: DistrictStore, runs: RunStore, files: RunFiles) -> None:
        self._districts, self._runs, self._files = districts, runs, files

    def spread(self, message: Message) -> Made:
        """An activation mail's message for each new teacher and administrator; of a plan in several chunks, one message
        for each chunk first, which is spread in its turn: so none takes longer than a chunk's people do.

        Their keys make them once each, whatever is repeated (I-06). Raises what boto3 raises: plans are kept longer
        than messages, and of one that cannot be read nobody must be thought told.
        """
        district = self._districts.get(message.district)
        if district is None:
            return GONE
        if not district.settings.mails:
            return Dropped("mails_off")
        try:
            chunks = self._chunks(self._runs.get(district.id, message.run))
        except NotFound:
            return Dropped("settled")
        if not message.subject and len(chunks) > 1:
            return Spread(tuple(_of_chunk(message, number) for number in range(len(chunks))))
        chosen = chunks[int(message.subject or 0) :][:1]
        found = (person for chunk in chosen for person in joiners(self._changes(chunk)))
        return Spread(tuple(activation(district.id, person, message.created, run=message.run) for person in found))

    def _chunks(self, run: Run) -> list[layout.Chunk]:
        """The plan's chunks of people, in their order."""
        index = self._files.read(f"{layout.plan_prefix(run)}/{layout.INDEX}")
        found = [layout.Chunk.model_validate(chunk) for chunk in json.loads(index)]
        return [chunk for chunk in found if chunk.kind == "person"]

    def _changes(self, chunk: layout.Chunk) -> list[Change]:
        body = self._files.read(chunk.key)
        return [Change.model_validate_json(line) for line in gzip.decompress(body).splitlines()]


def _of_chunk(message: Message, number: int) -> Message:
    return message.model_copy(update={"id": f"{message.id}:{number}", "subject": str(number)})
