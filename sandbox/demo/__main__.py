"""`python -m sandbox.demo`, which is `make demo`: exit 0 only when every step's result was what it should be."""

import logging
import sys
import time

from sandbox.demo.checks import Unexpected, chapter, tell
from sandbox.demo.story import DISTRICT, Story
from sandbox.rig.night import Refused
from sandbox.rig.stack import Stack
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths
from sandbox.stack.runner import up
from sandbox.stack.terminal import say


def main() -> int:
    """Start the stack, tell the story, say where everything is. Returns the exit code."""
    logging.disable(logging.INFO)
    begun = time.monotonic()
    try:
        names = up(Paths.here(), port=None, clever_url=None, overrides={})
        Story(Stack.here()).tell()
    except (StackError, Unexpected, Refused, TimeoutError) as problem:
        sys.stdout.flush()
        sys.stderr.write(f"The demo failed: {problem}\n")
        return 1
    _where(names, time.monotonic() - begun)
    return 0


def _where(names: dict[str, object], seconds: float) -> None:
    chapter(f"Every step was as it should be, after {seconds:.0f} s. What is where:")
    tell(f"the API         {names['api_url']}/districts/{DISTRICT}")
    tell(f"AWS             {names['aws_endpoint']} (any credentials), names in .local/stack.json")
    tell(f"Clever sandbox  {names['clever_url']} (GET /_control shows its quirks)")
    tell(f"the operator    .venv/bin/python -m ops runs --district {DISTRICT}")
    tell(f"once more       make sync DISTRICT={DISTRICT}     and to stop it: make down")
    say("")


if __name__ == "__main__":
    sys.exit(main())
