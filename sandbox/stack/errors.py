"""What can go wrong on somebody's machine, said in one sentence for that somebody."""


class StackError(Exception):
    """The local stack cannot be started, deployed or stopped. Its text is printed as it is, then the exit is 1."""
