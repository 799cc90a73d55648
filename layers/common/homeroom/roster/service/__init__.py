"""Use cases of the roster: rules and stores put together."""
