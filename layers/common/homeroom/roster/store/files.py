"""A run's files in S3: what the source said, the roster, the plan, the findings. The keys are known here alone.

`districts/<district>/runs/<run>/<name>`: lines of JSON, gzipped. Files pass through the function's disk, so that
memory stays flat whatever the district's size.
"""

import gzip
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from botocore.exceptions import ClientError

from homeroom.runtime.errors import Fault

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Who may not list a bucket is told of an object that is not there that access is denied.
GONE = frozenset({"NoSuchKey", "AccessDenied", "404", "403"})
# Level 1: files live for weeks and are read by machines; the processor's time costs more than the bytes.
LEVEL = 1
# Lines go to gzip so many at a time: for each call it takes longer than for a line.
BLOCK = 256
# Bytes of text that a reader asks gzip for at once: each time it asks is Python.
READ_BYTES = 1 << 17


class FilesGone(Fault):
    """A run's file is no longer kept: the roster in force can be compared with nothing until a person looks."""

    code = "files_gone"
    title = "The files of an earlier run are no longer kept"


def run_prefix(district: str, run: int) -> str:
    """Where a run's files lie, without a slash at the end."""
    return f"districts/{district}/runs/{run:08d}"


class LinesFile:
    """A gzipped file of lines that is being written, closed by `with`; `lines` counts them, `digest` is of the text."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, 0
        self._hash = hashlib.sha256()
        self._block: list[bytes] = []
        self._raw = path.open("wb")
        # No time stamp inside: equal lines are equal files.
        self._file = cast("BinaryIO", gzip.GzipFile("", "wb", LEVEL, self._raw, mtime=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, line: bytes) -> None:
        """Append a line; `line` holds no line feed."""
        self._block.append(line)
        self.lines += 1
        if len(self._block) == BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._block:
            block = b"\n".join(self._block) + b"\n"
            self._hash.update(block)
            self._file.write(block)
            self._block.clear()

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._file.close()
        self._raw.close()

    def digest(self) -> str:
        """SHA-256 of the lines, in hex, once the file is closed."""
        return self._hash.hexdigest()


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a gzipped file, without line feeds; none when there is no file."""
    if not path.exists():
        return
    # Behind a buffer of its own, lines are cut in C: gzip's own `readline` is Python.
    with gzip.open(path) as file, io.BufferedReader(cast("io.RawIOBase", file), READ_BYTES) as lines:
        for line in lines:
            yield line.rstrip(b"\n")


class RunFiles:
    """Moves files between the bucket and the disk. `room` is a folder that is the caller's to clear.

    `s3` gives the client when it is first needed: to make one takes long.
    """

    def __init__(self, s3: Callable[[], "S3Client"], bucket: str, room: Path) -> None:
        self._s3, self.bucket, self.room = s3, bucket, room

    def path(self, name: str) -> Path:
        """Where a file of that name lies on the disk; its folder exists."""
        path = self.room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def send(self, path: Path, key: str) -> None:
        """Put a file from the disk into the bucket."""
        self._s3().upload_file(str(path), self.bucket, key)

    def send_bytes(self, body: bytes, key: str) -> None:
        """Put bytes into the bucket."""
        self._s3().put_object(Bucket=self.bucket, Key=key, Body=body)

    def fetch(self, key: str) -> Path:
        """Bring a file from the bucket to the disk, once. Raises FilesGone when it is not there."""
        path = self.path(key)
        if not path.exists():
            try:
                self._s3().download_file(self.bucket, key, str(path))
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in GONE:
                    raise
                raise FilesGone from None
        return path

    def lines(self, key: str) -> Iterator[bytes]:
        """The lines of a gzipped file in the bucket."""
        return read_lines(self.fetch(key))

    def read(self, key: str) -> bytes:
        """A small object, whole."""
        return self._s3().get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def find(self, key: str) -> bytes | None:
        """The same, None when it is no longer kept."""
        try:
            return self.read(key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in GONE:
                raise
            return None


def write_lines(path: Path, lines: Iterable[bytes]) -> LinesFile:
    """A gzipped file of these lines, closed."""
    with LinesFile(path) as file:
        for line in lines:
            file.write(line)
    return file
