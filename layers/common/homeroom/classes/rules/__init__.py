"""Pure decisions on classes: who may do what, codes, limits, invitations. No AWS, no clock, no I/O."""
