"""Pure decisions about a roster: no AWS, no clock, no I/O."""
