"""`/me`: who the caller is here."""

from homeroom.runtime import http

router = http.router()
