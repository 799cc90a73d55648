"""The services around mail, put together from the environment as in `wiring`, and only those that are asked for."""

from typing import TYPE_CHECKING

from homeroom.roster import wiring
from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.mail.model import Made, Writer
    from homeroom.mail.service import Mailer
    from homeroom.mail.store import Post
    from homeroom.roster.service.activation_mails import ActivationMails
    from homeroom.roster.service.letters import Letters
    from homeroom.roster.store.people import PeopleStore
    from homeroom.runtime.messages import Message

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

    return Mailer(post(), wiring.outbox(), WRITERS, Sender(aws.ses, settings().need("mail_from")))


def _of_district(message: "Message") -> "Made":
    return _letters().writers()[message.kind](message)


def _of_account(message: "Message") -> "Made":
    import os

    from homeroom.accounts.service.letters import AccountLetters
    from homeroom.accounts.store.proofs import ProofStore

    proofs = ProofStore(settings().need("transient_table"), aws.dynamodb())
    letters = AccountLetters(
        proofs, front_end=settings().need("front_end_url"), now=settings().clock().now, randomness=os.urandom
    )
    return letters.writers()[message.kind](message)


def _of_class(message: "Message") -> "Made":
    from homeroom.classes import wiring as classes

    return classes.invitation_letters().writers()[message.kind](message)


def _of_transfer(message: "Message") -> "Made":
    from homeroom.classes import wiring as classes

    return classes.transfer_letters().writers()[message.kind](message)


# Who writes what, by the message's kind: each is put together when there is a letter of its kind to write.
WRITERS: "dict[str, Writer]" = {
    **dict.fromkeys(("joined", "activation", "held", "disconnected"), _of_district),
    **dict.fromkeys(("verify", "guardian"), _of_account),
    "invitation": _of_class,
    **dict.fromkeys(("transfer", "transfer_offer"), _of_transfer),
}


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
