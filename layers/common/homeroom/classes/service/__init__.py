"""Use cases of classes: rules and stores, put together."""
