"""Which browser front ends may read our answers (X-08)."""

from collections.abc import Sequence

METHODS = "GET,HEAD,POST,PATCH,DELETE,OPTIONS"
REQUEST_HEADERS = "Authorization,Content-Type,Idempotency-Key,Webhook-Id,Webhook-Timestamp,Webhook-Signature"
ANSWER_HEADERS = "Content-Disposition,Retry-After,X-Next-Cursor"
PREFLIGHT_SECONDS = "600"


def cors_headers(origin: str, allowed: Sequence[str]) -> dict[str, str]:
    """What every answer carries: the origin only if it is an allowed one; `*` among the allowed lets in any."""
    headers = {"Vary": "Origin", "Access-Control-Expose-Headers": ANSWER_HEADERS}
    if "*" in allowed:
        return headers | {"Access-Control-Allow-Origin": "*"}
    return headers | ({"Access-Control-Allow-Origin": origin} if origin and origin in allowed else {})


def preflight_headers() -> dict[str, str]:
    """What a preflight's answer carries besides."""
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    }
