"""`python -m benchmarks.child <module>.<function> <JSON arguments>`: one task in this process, its answer as JSON."""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any


def peak_mb() -> float:
    """The most memory that this process ever held (VmHWM), in MB of 1024 kB.

    From /proc where there is one: `ru_maxrss` is inherited from the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource  # noqa: PLC0415  there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(name: str, arguments: str) -> None:
    """Run the task and print its answer as the last line."""
    module, _, function = name.rpartition(".")
    task: Any = getattr(importlib.import_module(f"benchmarks.tasks.{module}"), function)
    base, begun, cpu = peak_mb(), time.perf_counter(), time.process_time()
    answer = task(**json.loads(arguments))
    spent = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    print(json.dumps({**spent, "base_mb": base, "peak_mb": peak_mb(), **answer}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
