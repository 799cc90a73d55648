"""`POST /webhooks/clever`, as it is documented."""

from typing import Any

from ops.described.parts import header, refusal

SCHEMES: dict[str, Any] = {
    "webhook_signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks v1: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, several "
        "separated by blanks",
    }
}

_NOTICE = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string", "description": "`roster.changed`; others are let pass and do nothing"},
        "district": {"type": "string", "pattern": "^[0-9a-f]{24}$", "description": "The district's Clever id"},
    },
    "example": {"type": "roster.changed", "district": "5f0000000001000000000000"},
}

OPERATIONS: dict[str, dict[str, dict[str, Any]]] = {
    "/webhooks/clever": {
        "post": {
            "operationId": "sendNotice",
            "summary": "Say that a district has news",
            "description": "Takes a signed notice that a district's roster has changed at its source, and starts a run "
            "of that district within seconds, or after the one under way. A notice is a hint: nothing in it is taken "
            "for data. The answer is the same whether or not the district is known.",
            "security": [{"webhook_signature": []}],
            "parameters": [
                header("webhook-id", "Another for each notice; the same again within a day does nothing",
                        pattern="^[!-\\-/-~]{1,200}$"),
                header("webhook-timestamp", "Seconds since 1970, within five minutes", pattern="^[0-9]{1,12}$"),
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": _NOTICE}}},
            "responses": {
                "202": {
                    "description": "The notice is kept",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "401": refusal("Not signed as it must be (`signature_invalid`); it is not said what is wrong"),
                "413": refusal("More than 64 KB (`payload_too_large`)"),
                "422": refusal("Signed, and not a notice (`invalid_input`); `field` says where"),
                "500": refusal("A fault of ours (`internal_error`); send it again"),
                "503": refusal("Something that we depend on failed (`unavailable`); send it again"),
            },
        }
    }
}  # fmt: skip
