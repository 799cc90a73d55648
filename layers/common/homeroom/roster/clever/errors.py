"""What can go wrong when reading Clever, one type a cause, so that nobody has to read message text.

    SourceFault                       the run stops, nothing has changed (S-07)
    ├── SourceUnreachable             no connection, or no answer in time          retried
    ├── SourceCutOff                  the connection broke inside an answer        retried
    ├── SourceFailed                  500, 502, 503, 504                           retried
    ├── SourceThrottled               429                                          retried after the reset
    ├── SourceUnexpected              501, a redirect, any other status
    │   └── SourceNotFound            404
    ├── SourceTooLarge                413, or more bytes than we take              asked again for half the page
    ├── SourceNotJson                 a 200 that is HTML, or no complete JSON
    ├── SourceMalformed               JSON, but no page as Clever makes them, or another record than the one asked for
    ├── SourceOutOfOrder              ids that do not ascend
    ├── SourceBadLink                 a next link to elsewhere, or one that leads nowhere
    ├── SourceDistrictMissing         /districts came back empty
    ├── SourceForeign                 an object of another district than the token's (W-03)
    ├── EventsLost                    the events do not begin where the cursor left off (S-19)
    ├── ApplicationRefused            401, 403 of the token list: our own credentials, no district's (D-03)
    └── SourceRefused                 401, 403 of a district's records: its token
        └── DistrictNotAuthorised     the token list is whole and does not have the district

`extra` says where: `kind` (users, tokens, …), `http_status`, `cause` (the class of a transport error). No body,
no address of a page and no token is ever part of an error (X-05).
"""

from homeroom.roster.source import SourceFault, SourceRefused


class SourceUnreachable(SourceFault):
    """There was no connection, or no answer in time, five times over."""

    code = "source_unreachable"
    title = "The roster source could not be reached"


class SourceCutOff(SourceFault):
    """The connection broke before the answer was complete, five times over."""

    code = "source_cut_off"
    title = "The roster source's answer was cut off"


class SourceFailed(SourceFault):
    """The source reported a failure of its own (500, 502, 503, 504), five times over."""

    code = "source_failed"
    title = "The roster source failed"


class SourceThrottled(SourceFault):
    """The source went on refusing for the rate's sake (429) after waiting for its reset."""

    code = "source_throttled"
    title = "The roster source limits the rate of requests"


class SourceUnexpected(SourceFault):
    """A status that no list of a healthy district answers with: 404 is never an empty list (S-07)."""

    code = "source_unexpected"
    title = "The roster source gave an unexpected answer"


class SourceNotFound(SourceUnexpected):
    """404. Of one record it says that the source has, or shares, none of that id; of a list it is a fault (S-07)."""


class SourceTooLarge(SourceFault):
    """Even a page of one record is too large (413, or above our own limit of bytes)."""

    code = "source_too_large"
    title = "A page of the roster source is too large"


class SourceNotJson(SourceFault):
    """The answer is not complete JSON: an HTML page, or one that ends in the middle."""

    code = "source_not_json"
    title = "The roster source's answer is not JSON"


class SourceMalformed(SourceFault):
    """The answer is JSON but no page, a record on it has no usable id, or it is not the record that was asked for."""

    code = "source_malformed"
    title = "The roster source's answer is not a page"


class SourceOutOfOrder(SourceFault):
    """Ids must ascend over the whole list; otherwise something is double or was skipped."""

    code = "source_out_of_order"
    title = "The roster source's list is out of order"


class SourceBadLink(SourceFault):
    """The link to the next page leads to another host or path, or back to where we were."""

    code = "source_bad_link"
    title = "The roster source's list cannot be followed"


class SourceDistrictMissing(SourceFault):
    """The list of districts is empty, though the token is a district's."""

    code = "source_district_missing"
    title = "The roster source does not show the district"


class SourceForeign(SourceFault):
    """The source gave an object of another district than the token's: nothing of such an answer is used (W-03)."""

    code = "source_foreign"
    title = "The roster source gave an object of another district"


class ApplicationRefused(SourceFault):
    """The source refuses the application's own credentials: that says nothing of any district (D-03)."""

    code = "application_refused"
    title = "The roster source refused the application's own credentials"


class DistrictNotAuthorised(SourceRefused):
    """The district is not in the token list: it has not authorised us, or no longer does (D-03)."""

    code = "district_not_authorised"
    title = "The district has not authorised the application"
