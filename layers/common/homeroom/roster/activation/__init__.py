"""Activation: how an account comes to its roster records, and what is shown, asked and refused on the way (A-04)."""
