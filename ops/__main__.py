"""`python -m ops <command>`."""

import sys
from pathlib import Path

# Straight from a checkout, the package that the layer ships is not installed anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers" / "common"))

from ops.cli import main

sys.exit(main(sys.argv[1:]))
