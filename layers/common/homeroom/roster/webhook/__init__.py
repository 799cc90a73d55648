"""Notices that a district has news, from whoever watches Clever for us: signed, remembered, queued (W-01 to W-05)."""
