"""Environments of the programs that the runner starts: nothing of the caller's AWS, Python or SAM settings gets in."""

import os
import sys
from pathlib import Path

from sandbox.stack.paths import Paths

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
_KEPT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_KEPT_PREFIXES = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def clean() -> dict[str, str]:
    """What every program gets: where the tools are (the real interpreter first, not a pyenv shim), and the language."""
    kept = {key: value for key, value in os.environ.items() if key in _KEPT or key.startswith(_KEPT_PREFIXES)}
    interpreter = Path(sys.base_prefix) / "bin"
    return {**kept, "PATH": f"{interpreter}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "PYTHONUNBUFFERED": "1"}


def emulator(paths: Paths, port: int) -> dict[str, str]:
    """The emulator's own, which its Lambda workers inherit: no proxy, no pip, absolute paths under `.local/`."""
    calm = {key: value for key, value in clean().items() if not key.startswith(_KEPT_PREFIXES)}
    return {
        **calm,
        **CREDENTIALS,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(paths.folder("emulator/state")),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(paths.folder("emulator/s3")),
        "TMPDIR": str(paths.folder("emulator/tmp")),
    }


def aws(endpoint: str) -> dict[str, str]:
    """Makes boto3 and the SAM CLI talk to the emulator and to nobody else, whatever profile the caller has."""
    return {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def sam(paths: Paths, endpoint: str) -> dict[str, str]:
    """The SAM CLI's: the emulator as AWS, nothing written to the home folder, and the layer for this machine."""
    python = paths.tool("emulator", "python")
    return {
        **clean(),
        **aws(endpoint),
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(paths.folder("sam")),
        "LAYER_RUNTIME": runtime(),
        "LAYER_PLATFORM": "native",
        "LAYER_PYTHON": str(python),
        "LAYER_PIP": f"{python} -m pip",
    }


def runtime() -> str:
    """The Lambda runtime that the interpreter at hand is, as `python3.11`: the emulator runs functions with it."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
