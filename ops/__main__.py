"""`python -m ops <command>`."""

import os
import sys
from pathlib import Path

# Straight from a checkout, the package that the layer ships is not installed anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers" / "common"))

from ops.cli import FAILED, main

try:
    try:
        code = main(sys.argv[1:])
    finally:
        sys.stdout.flush()
except BrokenPipeError:
    # Whoever reads has had enough, as `head`. Python flushes once more as it ends, and must not fail at that.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = FAILED
sys.exit(code)
