"""Which answers of AWS are for good, and which pass: what is for good must not hold up the mail behind it (I-06)."""

from botocore.exceptions import ClientError

# Too much at once or today, or sending paused: the same mail is taken later.
PASSING = frozenset({
    "TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException", "SendingPausedException",
})  # fmt: skip
# What a store says besides; of a credential, that the function is about to get another. Its own faults are named as
# well: pynamodb passes on no status.
BUSY = PASSING | {
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "SlowDown", "KMSThrottlingException",
    "RequestTimeout", "RequestTimeoutException", "RequestTimeTooSkewed", "ExpiredToken", "ExpiredTokenException",
    "ReplicatedWriteConflictException", "InternalServerError", "InternalError", "InternalFailure",
    "InternalErrorException", "ServiceUnavailable", "ServiceUnavailableException",
}  # fmt: skip
SERVER_ERROR = 500


def code_of(error: ClientError) -> str:
    """The error's code; "unknown" when AWS gave none."""
    return error.response.get("Error", {}).get("Code", "unknown")


def theirs(error: ClientError) -> bool:
    """Whether the service itself is at fault."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_ERROR


def lasting(error: Exception) -> str | None:
    """The code of what a store refused for good, also as pynamodb wraps it; None for all that may pass."""
    cause = error if isinstance(error, ClientError) else getattr(error, "cause", None)
    if not isinstance(cause, ClientError) or theirs(cause) or code_of(cause) in BUSY:
        return None
    return code_of(cause)
