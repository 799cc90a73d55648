"""What people do with accounts and classes, once through the API, so that each role shows what it is for.

A file a function, with `play(api: Served) -> None`: every route of the function with an answer below 300, the mailer
where mail goes out (`api.deliver()`), and each statement of its role in use. Each scene begins with empty tables.
"""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

from tests.support.served import Served


def all_of_them() -> Iterator[Callable[[Served], None]]:
    """Every scene, by name."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        if not found.name.startswith("_"):
            yield import_module(f"{__name__}.{found.name}").play
