"""Roster: what a district's source says becomes people, classes and memberships, every night."""
