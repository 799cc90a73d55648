"""A page of rows as JSON or as CSV."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from homeroom.runtime.csv_safe import csv_text
from homeroom.runtime.pages import Page

Body = TypeVar("Body", bound=BaseModel)


def json_page(body: BaseModel) -> Response[str]:
    """A page as JSON."""
    return Response(HTTPStatus.OK, content_type="application/json", body=body.model_dump_json())


def csv_page(page: Page[dict[str, Any]], columns: Sequence[str], name: str) -> Response[str]:
    """A page as a spreadsheet, with the next page's cursor in the header `X-Next-Cursor` (P-04, P-05)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if page.next is not None:
        headers["X-Next-Cursor"] = page.next
    rows = ([_cell(row.get(column)) for column in columns] for row in page.items)
    text = csv_text(columns, rows)
    return Response(HTTPStatus.OK, content_type="text/csv; charset=utf-8", body=text, headers=dict(headers))


def documented(model: type[BaseModel]) -> dict[int, Any]:
    """How the OpenAPI document shows a route that answers with such a page."""
    text = {"schema": {"type": "string", "description": "UTF-8 with BOM, RFC 4180; no cell starts a formula"}}
    content = {"application/json": {"model": model}, "text/csv": text}
    return {200: {"description": "A page; of CSV, the header X-Next-Cursor leads on", "content": content}}


def _cell(value: object) -> str | int | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
