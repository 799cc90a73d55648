"""Accounts: who somebody is, what their age permits, and which districts they administer."""
