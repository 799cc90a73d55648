"""The list of districts that have authorised the application, each with its token."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, StringConstraints, TypeAdapter, ValidationError

from homeroom.roster.clever.api import CleverApi, Credentials, Timing
from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.errors import ApplicationRefused, DistrictNotAuthorised, SourceMalformed
from homeroom.roster.clever.pages import Page, parse_json, read_list
from homeroom.roster.clever.wire import ID_PATTERN, Link
from homeroom.roster.source import SourceRefused

KIND = "tokens"
_CONFIG = ConfigDict(frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class DistrictToken:
    """A district's token. `token` never shows in `repr`, `str` or JSON (X-05); `created` is aware."""

    district: str
    token: SecretStr
    created: datetime
    scopes: tuple[str, ...]


class _Owner(BaseModel):
    model_config = _CONFIG
    type: str
    id: Annotated[str, StringConstraints(pattern=ID_PATTERN)]


class _Entry(BaseModel):
    model_config = _CONFIG
    created: AwareDatetime
    owner: _Owner
    access_token: Annotated[SecretStr, StringConstraints(min_length=1)]
    scopes: tuple[str, ...]


class _TokenPage(BaseModel):
    model_config = _CONFIG
    data: list[_Entry]
    links: list[Link]


_PAGE = TypeAdapter(_TokenPage)


class TokenList:
    """Reads `/oauth/tokens` with the application's own credentials. Carries out D-01 and D-03 on Clever's side."""

    def __init__(self, api: CleverApi, credentials: Credentials, timing: Timing | None = None) -> None:
        pair = f"{credentials.client_id}:{credentials.client_secret.get_secret_value()}"
        basic = base64.b64encode(pair.encode()).decode()
        self._url = f"{api.auth_url.rstrip('/')}/oauth/tokens?owner_type=district"
        self._client = CleverClient(f"Basic {basic}", timeout_seconds=api.timeout_seconds, timing=timing)

    def all(self) -> list[DistrictToken]:
        """Every district's token, the newest where one has several; an empty list when nobody has authorised us.

        Raises SourceFault: a list that is not whole must never make a district look disconnected, and
        ApplicationRefused when it is we who are refused (D-03).
        """
        return list(self._read(self._url).values())

    def for_district(self, district: str) -> DistrictToken:
        """The token of one district (Clever's id), as it is now: tokens can be rotated.

        Raises DistrictNotAuthorised when the list does not have it, SourceFault when there is no list,
        ApplicationRefused when that is since we are refused ourselves.
        """
        found = self._read(f"{self._url}&district={quote(district, safe='')}").get(district)
        if found is None:
            raise DistrictNotAuthorised(kind=KIND)
        return found

    def _read(self, url: str) -> dict[str, DistrictToken]:
        newest: dict[str, DistrictToken] = {}
        for page in self._pages(url):
            for token in _tokens(page.items):
                known = newest.get(token.district)
                if known is None or known.created < token.created:
                    newest[token.district] = token
        return newest

    def _pages(self, url: str) -> Iterator[Page[_Entry]]:
        try:
            yield from read_list(self._client, url, kind=KIND, read=_read_page)
        except SourceRefused as refused:
            raise ApplicationRefused(**refused.extra) from None


def _read_page(body: bytes) -> Page[_Entry]:
    raw = parse_json(body, KIND)
    try:
        page = _PAGE.validate_python(raw)
    except ValidationError:
        pass
    else:
        return Page(page.data, page.links)
    raise SourceMalformed(kind=KIND, http_status="200")


def _tokens(entries: list[_Entry]) -> Iterator[DistrictToken]:
    for entry in entries:
        if entry.owner.type == "district":
            yield DistrictToken(entry.owner.id, entry.access_token, entry.created, entry.scopes)
