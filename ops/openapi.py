"""The OpenAPI document, made of the handlers' own routes; `--check` compares it with the committed one.

`python -m ops.openapi` writes docs/api/openapi.json; with `--check` it writes nothing and ends 1 when that differs.
Needs `layers/common` on the path, no AWS account and no environment.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ops.described import OPERATIONS, PROBLEM, SCHEMES

LAYER = Path(__file__).parents[1] / "layers" / "common"
DOCUMENT = Path(__file__).parents[1] / "docs" / "api" / "openapi.json"
HANDLERS = ("functions.district_admin.app", "functions.accounts.app", "functions.classes.app")
# Described by hand.
QUICK = ("functions.clever_webhook.app", "functions.class_code_join.app", "functions.email_invite_accept.app")
DESCRIPTION = """Rostering and coaching for school districts and single teachers.

Every list takes `limit` and `cursor` and answers `{"items": [...], "next": ...}`; `next` is null after the last page.
Ids are opaque texts, times are RFC 3339 in UTC. Refusals are `application/problem+json` (RFC 9457): `code` is stable.
"""


def document() -> dict[str, Any]:
    """The whole document, equal for equal handlers on any machine."""
    whole: dict[str, Any] = {}
    for name in HANDLERS:
        part = _of(import_module(name).app)
        if not whole:
            whole = part
            continue
        whole["paths"] |= part["paths"]
        whole["components"]["schemas"] = _both(whole["components"]["schemas"], part["components"]["schemas"])
    for method, path in (route for name in QUICK for route in import_module(name).app.routes):
        whole["paths"].setdefault(path, {})[method.lower()] = OPERATIONS[path][method.lower()]
    whole["components"]["securitySchemes"] |= SCHEMES
    for operation in _operations(whole):
        _settle(operation)
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        whole["components"]["schemas"].pop(unused, None)
    return whole


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check; the exit code."""
    wanted = text()
    if "--check" not in arguments:
        DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
        DOCUMENT.write_text(wanted, encoding="utf-8")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == wanted:
        return 0
    print("docs/api/openapi.json is not what the handlers say. Run `python -m ops.openapi` and commit it.")
    return 1


def _both(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The schemas of two functions. Raises ValueError when they mean two things by one name."""
    if clash := sorted(name for name in known.keys() & more.keys() if known[name] != more[name]):
        message = f"two functions have different shapes of one name: {', '.join(clash)}"
        raise ValueError(message)
    return known | more


def _of(app: Any) -> dict[str, Any]:
    from aws_lambda_powertools.event_handler.openapi.models import (  # noqa: PLC0415  heavy; only to write
        HTTPBearer,
        Server,
    )

    person = HTTPBearer(bearerFormat="JWT", description="The id token of a signed-in person (Cognito)")
    program = HTTPBearer(bearerFormat="JWT", description="The access token of a program (Cognito)")
    described: str = app.get_openapi_json_schema(
        title="Homeroom",
        version="1",
        description=DESCRIPTION,
        servers=[Server(url="/v1")],
        security_schemes={"id_token": person, "access_token": program},
    )
    whole: dict[str, Any] = json.loads(described)
    for route in [*app._static_routes, *app._dynamic_routes]:  # noqa: SLF001  Powertools list them nowhere else
        operation = whole["paths"][route.openapi_path][route.method.lower()]
        operation.setdefault("description", inspect.getdoc(route.func))
    return whole


def _operations(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in whole["paths"].values():
        yield from path.values()


def _settle(operation: dict[str, Any]) -> None:
    """Powertools document their own shapes of 422 and 500, which never leave: ours do; and a body of every answer.

    An open route says so.
    """
    operation.setdefault("security", [])
    for status in ("422", "500"):
        operation["responses"][status]["content"] = PROBLEM
    operation["responses"].get("204", {}).pop("content", None)


if __name__ == "__main__":
    sys.path.insert(0, str(LAYER))
    sys.exit(main(sys.argv[1:]))
