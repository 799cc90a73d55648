"""Hands on the deployed local stack: what the demo and the end-to-end tests work it with."""
