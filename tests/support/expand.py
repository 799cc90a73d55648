"""Print the template as CloudFormation gets it: SAM's transformation, offline.

`python -m tests.support.expand > expanded.json` is what checkov reads: on the source it overlooks the policies that SAM
makes of it. Needs `aws-sam-translator`; no AWS account, no network.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.support.template import TEMPLATE, load

REGION = "us-east-1"
CODE = ("CodeUri", "ContentUri", "DefinitionUri")


def expand(template: dict[str, Any], parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """The transformed template. Raises InvalidDocumentException when SAM would refuse it."""
    # Imported here: tests that only read the source need neither of them.
    from boto3 import Session
    from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
    from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    whole: dict[str, Any] = translator.translate(_packaged(template), parameters or {})
    return whole


def _packaged(template: dict[str, Any]) -> dict[str, Any]:
    """As `sam package` leaves it: local folders have become objects in a bucket."""
    whole: dict[str, Any] = json.loads(json.dumps(template))
    for resource in whole["Resources"].values():
        for name in CODE:
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = f"s3://packages/{resource['Properties'][name].strip('/')}"
    return whole


def main() -> None:
    """Print it as JSON."""
    path = Path(sys.argv[1]) if sys.argv[1:] else TEMPLATE
    json.dump(expand(load(path)), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
