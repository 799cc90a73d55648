"""Letters with a secret, when a store fails or two deliveries meet: the mail that goes out has the kept one (I-03)."""

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ConnectTimeoutError

from homeroom.mail.model import Dropped, Letter, Sealed
from homeroom.mail.service import Mailer
from homeroom.roster import mailing, wiring
from homeroom.runtime.messages import Message
from tests.support.machine import Stage, staged
from tests.support.mails import Scripted


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        wiring.outbox().enqueue(Message(id="m1", kind="test", created=made.now))
        yield made


def mailer(ses: Scripted, seal: Callable[[], Letter | Dropped]) -> Mailer:
    return Mailer(mailing.post(), wiring.outbox(), {"test": lambda _: Sealed(seal)}, ses.sender())


def state() -> tuple[str, str]:
    posted = mailing.post().need("m1")
    return posted.state, posted.reason


def letter(to: str = "m1@d.example") -> Letter:
    return Letter(to, "A subject", "A text\n", "<p>A text</p>")


def test_i03_of_two_deliveries_at_once_only_the_one_that_sends_makes_a_secret(stage: Stage) -> None:
    """Else the other's hash would take the place of that of the secret in the mail."""
    ses, kept = Scripted(), list[str]()

    def second() -> Letter:
        kept.append("second")
        return letter("second@d.example")

    def first() -> Letter:
        kept.append("first")
        assert mailer(ses, second).deliver("m1", stage.now) == "later"
        return letter("first@d.example")

    assert mailer(ses, first).deliver("m1", stage.now) == "sent"
    assert (kept, ses.taken) == (["first"], ["first@d.example"])


def test_i06_what_a_store_will_not_keep_now_comes_again_and_goes_out_once(stage: Stage) -> None:
    ses = Scripted()

    def busy() -> Letter:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    assert mailer(ses, busy).deliver("m1", stage.now) == "later"
    assert (state(), ses.taken) == (("refused", "ConnectTimeoutError"), [])
    assert mailer(ses, letter).deliver("m1", stage.now) == "sent"
    assert mailer(ses, letter).deliver("m1", stage.now) == "settled"
    assert ses.taken == ["m1@d.example"]


def test_i06_a_defect_holds_up_nobodys_mail(stage: Stage) -> None:
    def defect() -> Letter:
        raise KeyError("name")

    assert mailer(Scripted(), defect).deliver("m1", stage.now) == "failed"
    assert state() == ("failed", "KeyError")


def test_i06_what_is_no_longer_so_when_it_goes_is_dropped(stage: Stage) -> None:
    ses = Scripted()
    assert mailer(ses, lambda: Dropped("withdrawn")).deliver("m1", stage.now) == "dropped"
    assert (state(), ses.taken) == (("dropped", "withdrawn"), [])


def test_i06_a_refusal_by_ses_makes_a_new_secret_the_next_time(stage: Stage) -> None:
    from tests.faults.test_mails import PASSING

    ses, made = Scripted(PASSING[0], None), list[int]()

    def seal() -> Letter:
        made.append(1)
        return letter()

    assert [mailer(ses, seal).deliver("m1", stage.now) for _ in range(3)] == ["later", "sent", "settled"]
    assert (len(made), ses.taken) == (2, ["m1@d.example"])
