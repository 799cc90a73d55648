"""Where the roster is kept: the only modules that know its keys and tables."""
