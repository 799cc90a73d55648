"""The built template's own default values, set to those that it is deployed with.

The emulator expands `AWS::Serverless` without the parameters that were sent, so wherever SAM itself needs a value
(the API's binary media types), it takes the default.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from sandbox.stack.errors import StackError


def given(built: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Those values, and the template's own default for every other parameter that has one.

    CloudFormation keeps what a parameter was given last: without this, a rehearsal would outlast itself.
    """
    known = yaml.safe_load(built.read_text("utf-8")).get("Parameters", {})
    return {name: str(known[name]["Default"]) for name in known if str(known[name].get("Default", ""))} | dict(values)


def set_defaults(built: Path, template: Path, values: Mapping[str, str]) -> None:
    """Writes what `sam build` made with other defaults. Raises StackError for a parameter that there is none of."""
    content = yaml.safe_load(built.read_text("utf-8"))
    known = content.get("Parameters", {})
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise StackError(f"template.yaml has no parameter {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
    for name, value in values.items():
        known[name]["Default"] = value
    template.write_text(yaml.safe_dump(content, sort_keys=False, width=200), "utf-8")
