"""SES, asked once: sent, refused, or nobody knows (I-06)."""

from collections.abc import Callable

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProxyConnectionError,
    SSLError,
)

from homeroom.mail.faults import PASSING, code_of, theirs
from homeroom.mail.model import Letter, Refused, Unsure
from homeroom.runtime.aws import Sends

# The request never left.
UNSENT = (
    ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError, NoCredentialsError, CredentialRetrievalError,
)  # fmt: skip


class Sender:
    """Sends letters from one address. `client` gives SES when it is first needed."""

    def __init__(self, client: Callable[[], Sends], mail_from: str) -> None:
        self._client, self._from = client, f"Homeroom <{mail_from}>"

    def send(self, letter: Letter) -> None:
        """Send it, once. Raises Refused, and Unsure when no answer came back.

        What SES says of a refusal quotes the address: only its code is kept (X-05).
        """
        body = {"Text": _utf8(letter.text), "Html": _utf8(letter.html)}
        try:
            self._client().send_email(
                FromEmailAddress=self._from,
                Destination={"ToAddresses": [letter.to]},
                Content={"Simple": {"Subject": _utf8(letter.subject), "Body": body}},
            )
        except ClientError as error:
            raise _answered(error) from None
        except UNSENT as error:
            raise Refused(type(error).__name__, again=True) from None
        except (HTTPClientError, SSLError):
            raise Unsure from None


def _answered(error: ClientError) -> Refused | Unsure:
    code = code_of(error)
    if code in PASSING:
        return Refused(code, again=True)
    if theirs(error):
        return Unsure()
    return Refused(code, again=False)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
