"""The services around mail, put together from the environment as in `wiring`, and only those that are asked for."""

from typing import TYPE_CHECKING

from homeroom.roster import wiring
from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.mail.service import Mailer
    from homeroom.mail.store import Post
    from homeroom.roster.service.activation_mails import ActivationMails
    from homeroom.roster.service.letters import Letters
    from homeroom.roster.store.people import PeopleStore

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def activation_mails() -> "ActivationMails":
    """Activation mails, asked for one by one."""
    from homeroom.roster.service.activation_mails import ActivationMails

    return ActivationMails(wiring.districts(), _people(), wiring.outbox())


def post() -> "Post":
    """What has become of messages."""
    from homeroom.mail.store import Post

    return Post(settings().need("outbox_table"))


def mailer() -> "Mailer":
    """The mailer, with all letters that there are."""
    from homeroom.mail.sender import Sender
    from homeroom.mail.service import Mailer

    return Mailer(post(), wiring.outbox(), _letters().writers(), Sender(aws.ses, settings().need("mail_from")))


def _letters() -> "Letters":
    from pathlib import Path

    from homeroom.accounts.directory import Directory
    from homeroom.accounts.store import AccountStore
    from homeroom.roster.service.letters import Letters
    from homeroom.roster.store.files import RunFiles

    found = settings()
    # Letters read small objects only: nothing goes to the disk.
    files = RunFiles(aws.s3, found.need("roster_bucket"), Path("unused"))
    return Letters(
        wiring.districts(), _people(), wiring.run_store(), files,
        accounts=AccountStore(found.need("users_table")),
        directory=Directory(aws.cognito, found.need("user_pool_id")), front_end=found.need("front_end_url"),
    )  # fmt: skip


def _people() -> "PeopleStore":
    from homeroom.roster.store.people import PeopleStore

    return PeopleStore(settings().need("districts_table"), aws.dynamodb())
