"""S3 as a folder: the four calls that run files need."""

import io
import shutil
from pathlib import Path
from typing import Any


class FolderS3:
    """Keys are paths below `root`; buckets are ignored."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _at(self, key: str) -> Path:
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def upload_file(self, path: str, _bucket: str, key: str) -> None:
        """Keep a file."""
        shutil.copyfile(path, self._at(key))

    def download_file(self, _bucket: str, key: str, path: str) -> None:
        """Bring a file."""
        shutil.copyfile(self._at(key), path)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803, ARG002  boto3's names
        """Keep bytes."""
        self._at(Key).write_bytes(Body)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002  boto3's names
        """Bring bytes."""
        return {"Body": io.BytesIO(self._at(Key).read_bytes())}
