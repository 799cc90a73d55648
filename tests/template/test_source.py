"""The text of template.yaml, before SAM touches it."""

import pytest

from tests.support.template import ROOT, DuplicateKey, parse

FUNCTION, LAYER = "AWS::Serverless::Function", "AWS::Serverless::LayerVersion"


def test_no_logical_id_stands_twice(source):
    """SAM's reader keeps the last of two resources with one id and says nothing; ours refuses the file."""
    assert source["Resources"]
    with pytest.raises(DuplicateKey):
        parse("Resources:\n  A: {Type: x}\n  A: {Type: y}\n")


def test_packages_hold_functions_and_the_layer_only(source):
    """The sandbox, tests and tools are never shipped: code comes from functions/ and layers/common/ alone."""
    codes = {
        resource["Properties"].get("CodeUri") or resource["Properties"].get("ContentUri")
        for resource in source["Resources"].values()
        if resource["Type"] in {FUNCTION, LAYER}
    }
    assert codes == {
        "functions/roster_sync/",
        "functions/district_admin/",
        "functions/outbox_mailer/",
        "functions/clever_webhook/",
        "functions/accounts/",
        "functions/classes/",
        "functions/class_code_join/",
        "functions/email_invite_accept/",
        "layers/common/",
    }


def test_functions_are_not_built(source):
    """Their dependencies are in the layer; SAM's own build would add a second set, for the machine at hand."""
    functions = [resource for resource in source["Resources"].values() if resource["Type"] == FUNCTION]
    assert all(function["Metadata"] == {"SkipBuild": True} for function in functions)


def test_layer_is_built_by_its_makefile(source):
    """SAM's own layer build ships the wheels of the building machine and no bytecode, which doubles the cold start."""
    assert source["Resources"]["CommonLayer"]["Metadata"] == {"BuildMethod": "makefile"}
    assert "build-CommonLayer:" in (ROOT / "layers/common/Makefile").read_text(encoding="utf-8")


def test_defaults_are_those_of_aws(source):
    """`sam deploy --guided` and nothing else: what the local stack needs is said by the local stack."""
    defaults = {name: parameter["Default"] for name, parameter in source["Parameters"].items()}
    assert defaults["Architecture"] == "arm64"
    assert defaults["Runtime"] == "python3.13"
    assert defaults["BinaryMediaTypes"] == "*~1*"
    assert defaults["DeletionProtection"] == "true"
    assert defaults["FrozenToday"] == "none"


def test_every_parameter_has_a_description_and_is_used(source):
    """The guided deployment asks for each; one that does nothing would mislead."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    for name, parameter in source["Parameters"].items():
        assert parameter["Description"], name
        assert (
            f"!Ref {name}\n" in text or f"!Ref {name}]" in text or f"!Ref {name}}}" in text or (f"!Ref {name}," in text)
        ), name


def test_no_secret_is_written_down(source):
    """Each secret is generated, opens nothing, and is replaced by an operator."""
    secret = source["Resources"]["CleverSecret"]["Properties"]
    assert "SecretString" not in secret
    assert secret["GenerateSecretString"]["GenerateStringKey"] == "client_secret"
    variables = source["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["CLEVER_SECRET_ARN"] == {"Ref": "CleverSecret"}
    assert not [name for name in variables if "SECRET" in name and not name.endswith("_ARN")]
    assert not [name for name in source["Parameters"] if "Secret" in name or "Password" in name]


def test_allowed_origins_know_no_wildcard(source):
    """X-08: origins are a parameter; a star would let any page call with a token it got hold of."""
    assert "*" in source["Parameters"]["AllowedOrigins"]["AllowedPattern"].split("[^")[1].split("]")[0]
    assert "*" not in source["Parameters"]["AllowedOrigins"]["Default"]


def test_outputs_name_what_operators_and_the_local_stack_need(source):
    assert {
        "ApiUrl",
        "ApiId",
        "DistrictsTableName",
        "ClassesTableName",
        "UsersTableName",
        "OutboxTableName",
        "RosterBucketName",
        "UserPoolId",
        "UserPoolClientId",
        "RosterStateMachineArn",
        "CleverSecretArn",
        "WebhookSecretArn",
        "NoticesQueueUrl",
        "NoticesDeadLettersUrl",
        "TransientTableName",
        "DataKeyArn",
    } <= set(source["Outputs"])
