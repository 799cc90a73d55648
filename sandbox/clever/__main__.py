"""`python -m sandbox.clever`: serve until stopped."""

import argparse
import contextlib
import datetime as dt

from .server import Sandbox
from .settings import Settings


def main() -> None:
    """Read the command line, say where the sandbox listens, and serve."""
    standard = Settings()
    parser = argparse.ArgumentParser(prog="python -m sandbox.clever", description=__doc__)
    parser.add_argument("--port", type=int, default=standard.port, help="0 chooses a free one")
    parser.add_argument("--people", type=int, default=standard.people, help="students and employees, about")
    parser.add_argument("--seed", type=int, default=standard.seed)
    parser.add_argument("--districts", type=int, default=standard.districts)
    parser.add_argument("--today", type=dt.date.fromisoformat, default=standard.today, help="YYYY-MM-DD")
    parser.add_argument("--client-id", default=standard.client_id)
    parser.add_argument("--client-secret", default=standard.client_secret)
    parser.add_argument("--no-rate-limit", dest="rate_limit", action="store_false")
    with Sandbox(Settings(**vars(parser.parse_args()))) as sandbox:
        for world in sandbox.worlds:
            counts = ", ".join(f"{count} {kind}" for kind, count in world.counts().items())
            print(f"District {world.roster.district} bearer {world.token}: {counts}")
        print(f"Clever sandbox on {sandbox.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sandbox.serve_forever()


if __name__ == "__main__":
    main()
