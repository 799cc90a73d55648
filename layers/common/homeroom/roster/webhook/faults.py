"""What AWS refuses the webhook: logged by its code, and told to the sender as an outage, so that it sends again."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeroom.runtime import telemetry
from homeroom.runtime.errors import Fault


@contextmanager
def faults() -> Iterator[None]:
    """Raises Fault where botocore raises; the log has the error's code and never its text, which may quote (X-05)."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  there only once a client is made

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        response = error.response if isinstance(error, ClientError) else {}
        code = response.get("Error", {}).get("Code") or type(error).__name__
        telemetry.logger().error("webhook", extra={"code": code})
        raise Fault("The notice could not be taken; send it again.") from error
