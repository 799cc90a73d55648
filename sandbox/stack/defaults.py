"""The built template's own default values, set to those that it is deployed with.

The emulator expands `AWS::Serverless` without the parameters that were sent, so wherever SAM itself needs a value
(the API's binary media types), it takes the default.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from sandbox.stack.errors import StackError


def set_defaults(template: Path, values: Mapping[str, str]) -> None:
    """Rewrites the file that `sam build` made. Raises StackError for a parameter that the template does not have."""
    content = yaml.safe_load(template.read_text("utf-8"))
    known = content.get("Parameters", {})
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise StackError(f"template.yaml has no parameter {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
    for name, value in values.items():
        known[name]["Default"] = value
    template.write_text(yaml.safe_dump(content, sort_keys=False, width=200), "utf-8")
