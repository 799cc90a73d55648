"""Every AWS call of a representative run fails once in every way, and the run must come to the same end (S-11, X-03).

`faults` fails a call, `states` plays a state machine, `world` is the district with its functions, `scenes` is what
happens in it, `canon` is what must be equal in the end, `promises` what holds in between, `points` goes through it all.
"""
