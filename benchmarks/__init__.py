"""Measures Homeroom against its budgets, each beside a peer in the same run: `make bench`."""
