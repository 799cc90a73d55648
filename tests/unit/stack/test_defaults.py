"""What is deployed locally is template.yaml with other values, and its parameters really exist."""

import pytest
import yaml

from sandbox.stack import runner
from sandbox.stack.defaults import given, set_defaults
from sandbox.stack.errors import StackError
from tests.support.template import TEMPLATE, load


@pytest.fixture
def built(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "AWSTemplateFormatVersion": "2010-09-09",
                "Parameters": {"Types": {"Type": "String", "Default": "*~1*"}, "Other": {"Type": "String"}},
                "Resources": {"Api": {"Properties": {"BinaryMediaTypes": [{"Ref": "Types"}]}}},
            }
        )
    )
    return path


def test_only_the_default_changes(built):
    before = yaml.safe_load(built.read_text())
    set_defaults(built, built, {"Types": "*/*"})
    after = yaml.safe_load(built.read_text())
    assert after["Parameters"].pop("Types")["Default"] == "*/*"
    before["Parameters"].pop("Types")
    assert after == before


def test_a_parameter_that_does_not_exist_is_named(built):
    with pytest.raises(StackError, match="FrozenTomorrow"):
        set_defaults(built, built, {"FrozenTomorrow": "2026-01-01"})


def test_the_local_parameters_are_parameters_of_the_template():
    parameters = load(TEMPLATE)["Parameters"]
    for name, value in runner.local_parameters("http://127.0.0.1:8790").items():
        allowed = parameters[name].get("AllowedValues", [value])
        assert value in [str(choice) for choice in allowed]


def test_what_is_not_asked_for_goes_back_to_its_default(tmp_path):
    """CloudFormation keeps what a parameter was given last: a rehearsal's date must not outlast it."""
    built = tmp_path / "built.yaml"
    built.write_text("Parameters: {Day: {Default: none}, Pages: {Default: 1000}, Mail: {Default: ''}, Url: {}}")
    assert given(built, {"Url": "http://127.0.0.1"}) == {"Day": "none", "Pages": "1000", "Url": "http://127.0.0.1"}
