"""The layer that is shipped: right wheels, right bytecode, no more of botocore than the code calls."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

LAYER = Path("layers/common").resolve()
CLIENT = re.compile(r"""(?:\bclient|_client)\(\s*["']([a-z0-9-]+)["']""")
CACHED = re.compile(r"cpython-(\d+)\.pyc$")


def test_every_aws_service_that_the_code_calls_is_in_the_layer():
    makefile = (LAYER / "Makefile").read_text()
    kept = set(re.search(r"^SERVICES := (.*)$", makefile, re.MULTILINE)[1].split())
    sources = [*Path("functions").rglob("*.py"), *(LAYER / "homeroom").rglob("*.py")]
    called = {name for source in sources for name in CLIENT.findall(source.read_text())}
    assert called, "the pattern no longer finds how clients are made"
    assert called <= kept


def build(target, **settings):
    arguments = [f"{key}={value}" for key, value in {"ARTIFACTS_DIR": target, **settings}.items()]
    return subprocess.run(
        ["make", "-s", "-C", LAYER, "build-CommonLayer", f"LAYER_PIP={sys.executable} -m pip", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_the_exact_interpreter_the_build_fails_and_says_the_ways_out(tmp_path):
    done = build(tmp_path, LAYER_RUNTIME="python3.11", LAYER_PYTHON="no-such-python")
    assert done.returncode != 0
    assert "LAYER_PYTHON=" in done.stderr
    assert "LAYER_WITHOUT_BYTECODE=1" in done.stderr


@pytest.mark.slow
def test_wheels_are_the_runtimes_whatever_machine_builds(tmp_path):
    done = build(tmp_path, LAYER_WITHOUT_BYTECODE="1")
    assert done.returncode == 0, done.stderr
    natives = [path.name for path in tmp_path.rglob("*.so")]
    assert natives
    assert all("cpython-313-aarch64-linux-gnu" in name or ".abi3." in name for name in natives)
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.mark.slow
def test_bytecode_is_the_runtimes_own_and_is_never_checked_against_time_stamps(tmp_path):
    tag = f"{sys.version_info.major}{sys.version_info.minor}"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    done = build(tmp_path, LAYER_RUNTIME=runtime, LAYER_PLATFORM="native", LAYER_PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    compiled = list(tmp_path.rglob("*.pyc"))
    assert {CACHED.search(path.name)[1] for path in compiled} == {tag}
    assert {path.read_bytes()[4:8] for path in compiled} == {(0b01).to_bytes(4, "little")}, "unchecked-hash"
    package = tmp_path / "python"
    assert len(list(package.glob("homeroom/**/*.pyc"))) == len(list(package.glob("homeroom/**/*.py")))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 45_000_000
    assert not (package / "botocore" / "data" / "ec2").exists()
