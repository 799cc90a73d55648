"""A Clever that runs on this machine: Data, Events and token endpoints over an invented district.

Start it with `python -m sandbox.clever`, or inside a test with `sandbox.clever.server.running`.
"""
