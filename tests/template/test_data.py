"""Tables, bucket, key, secret, user pool: what must outlive mistakes and keep its secrets."""

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables, schema, table_ids

CLIENT, PROVIDER = "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolIdentityProvider"
KEY = {"Fn::GetAtt": ["DataKey", "Arn"]}
KEPT = {
    "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool",
}  # fmt: skip


@pytest.fixture(params=table_ids())
def table(request, of_type):
    return of_type("AWS::DynamoDB::Table")[request.param]


def test_table_can_be_restored_to_any_second(table):
    """A defect that writes nonsense is undone by point-in-time recovery, of 35 days."""
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_table_refuses_to_be_deleted(table):
    """On, unless a stack that comes and goes says otherwise."""
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}


def test_table_is_encrypted_with_our_key(table):
    """Districts ask who can open their data; with our own key the answer is in its policy and its log."""
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}


def test_table_lets_things_expire(table):
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_table_has_no_capacity_to_run_out_of(table):
    """A nightly sync is idle for 23 hours and then writes as fast as it can."""
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_what_holds_data_survives_the_stack(expanded):
    """A deleted or replaced resource keeps its data; only logs and queues go."""
    for name, resource in expanded.items():
        if resource["Type"] in KEPT:
            assert resource["DeletionPolicy"] == "Retain", name
            assert resource["UpdateReplacePolicy"] == "Retain", name


@mock_aws
@pytest.mark.parametrize("logical_id", table_ids())
def test_tables_of_tests_have_the_deployed_schema(logical_id):
    """Tests on another schema would prove nothing."""
    client = boto3.client("dynamodb", region_name="us-east-1")
    create_tables(client, {logical_id: "a-table"})
    made = client.describe_table(TableName="a-table")["Table"]
    assert made["KeySchema"] == schema(logical_id, "")["KeySchema"]
    assert [key["AttributeName"] for key in made["KeySchema"]] == ["pk", "sk"]
    assert len(made.get("GlobalSecondaryIndexes", [])) == len(schema(logical_id, "").get("GlobalSecondaryIndexes", []))


def test_bucket_is_private(of_type):
    """Snapshots hold names and birth dates."""
    bucket = of_type("AWS::S3::Bucket")["RosterBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_bucket_is_encrypted_with_our_key(of_type):
    (rule,) = of_type("AWS::S3::Bucket")["RosterBucket"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert rule["BucketKeyEnabled"] is True


def test_bucket_speaks_tls_only(of_type):
    """What a district sent us never crosses a wire in the clear."""
    (statement,) = of_type("AWS::S3::BucketPolicy")["RosterBucketPolicy"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_bucket_forgets(of_type):
    """Runs older than their retention go, and so do uploads that were cut off; nothing is kept as an old version."""
    bucket = of_type("AWS::S3::Bucket")["RosterBucket"]
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["runs-expire"]["ExpirationInDays"] == {"Ref": "RunRetentionDays"}
    assert rules["cut-off-uploads-go"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "VersioningConfiguration" not in bucket


def test_key_is_rotated_and_open_to_named_services_only(of_type):
    """The account governs the key; beside it only logs and alarms of this account may use it by policy."""
    key = of_type("AWS::KMS::Key")["DataKey"]
    assert key["EnableKeyRotation"] is True
    root, *services = key["KeyPolicy"]["Statement"]
    assert "root" in root["Principal"]["AWS"]["Fn::Sub"]
    for statement in services:
        assert statement["Condition"], statement["Sid"]
        assert not [action for action in statement["Action"] if "*" in action], statement["Sid"]


def test_sign_in_is_open_to_verified_addresses_only(of_type):
    """A-01: nobody signs in by, or squats on, an address that is not verified; a change waits for its own proof."""
    pool = of_type("AWS::Cognito::UserPool")["UserPool"]
    assert pool["AliasAttributes"] == ["email"]
    assert "UsernameAttributes" not in pool
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_anybody_may_sign_up_and_proves_their_address_first_a_02(of_type):
    """A-02: who is in no roster has a login too; it opens nothing until the address is confirmed."""
    pool = of_type("AWS::Cognito::UserPool")["UserPool"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert pool["AutoVerifiedAttributes"] == ["email"]


def test_codes_can_be_mailed_to_a_whole_district(of_type, source):
    """A-02: what Cognito sends by itself has a limit a day that one school's first morning exceeds."""
    by_ses = {
        "EmailSendingAccount": "DEVELOPER",
        "From": {"Fn::Sub": "Homeroom <${MailFrom}>"},
        "SourceArn": {
            "Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailFrom}",
        },
    }
    sent = of_type("AWS::Cognito::UserPool")["UserPool"].get("EmailConfiguration")
    assert sent == {"Fn::If": ["MailsCodesBySes", by_ses, {"Ref": "AWS::NoValue"}]}
    # Not at once: the pool takes a sender only when it has been verified, and a first deployment makes it.
    assert source["Parameters"]["SignInMail"]["Default"] == "cognito"


def test_mfa_is_offered_never_forced(of_type):
    """C-10: an account may be shared by co-teachers."""
    pool = of_type("AWS::Cognito::UserPool")["UserPool"]
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_client_gives_nothing_away(of_type):
    """A browser cannot keep a secret, a password does not leave it, and an unknown address is not told apart."""
    client = of_type(CLIENT)["UserPoolClient"]
    assert client["GenerateSecret"] is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert client["SupportedIdentityProviders"] == ["COGNITO"]
    assert {one["PreventUserExistenceErrors"] for one in of_type(CLIENT).values()} == {"ENABLED"}


def test_nobody_can_say_of_themselves_what_only_a_provider_may_say_a_04(of_type):
    """A-04: an account that could write that its address is verified, or its district, would link to any record.

    Cognito asks that a client may write what a provider's claims are written to; of the client that may, no person has
    a token with the scope to change attributes, and it takes no password, whose tokens always have that scope.
    """
    writing = {name: set(client.get("WriteAttributes", ())) for name, client in of_type(CLIENT).items()}
    assert writing == {
        "UserPoolClient": {"email"}, "ProviderClient": {"email", "custom:clever_district"}, "MachineClient": set(),
    }  # fmt: skip
    provided = of_type(CLIENT)["ProviderClient"]
    assert set(provided["AllowedOAuthScopes"]) == {"openid", "email"}
    for name in ("ProviderClient", "MachineClient"):
        assert of_type(CLIENT)[name]["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]


def test_cognito_may_write_what_providers_say(of_type, source):
    """Else the second sign-in of everybody who comes from Clever would fail, on AWS alone."""
    schema = {one["Name"]: one for one in of_type("AWS::Cognito::UserPool")["UserPool"]["Schema"]}
    provided = of_type(CLIENT)["ProviderClient"]
    for provider in of_type(PROVIDER).values():
        mapped = set(provider["AttributeMapping"]) - {"username", "email_verified"}
        assert mapped <= set(provided["WriteAttributes"])
        assert mapped <= set(provided["ReadAttributes"])
        assert all(schema[name.removeprefix("custom:")]["Mutable"] is True for name in mapped)
        # What a pool requires every provider would have to send.
        assert not {name for name, one in schema.items() if one["Required"]} - mapped


def test_of_clever_only_the_id_and_the_district_are_believed_a_04(of_type):
    """A-04: matched on district and Clever user id, never on the address that Clever states."""
    clever, google = (of_type(PROVIDER)[name] for name in ("CleverProvider", "GoogleProvider"))
    assert clever["AttributeMapping"] == {"username": "sub", "custom:clever_district": "district"}
    assert clever["ProviderDetails"]["oidc_issuer"] == "https://clever.com"
    assert clever["ProviderDetails"]["authorize_scopes"] == "openid"
    assert google["AttributeMapping"] == {"username": "sub", "email": "email", "email_verified": "email_verified"}


def test_providers_are_there_when_their_client_id_is(source):
    """Without a client id there is nothing to sign in with; and no secret is a parameter."""
    resources, parameters = source["Resources"], source["Parameters"]
    for provider, condition, parameter in (
        ("CleverProvider", "HasClever", "CleverSignInClientId"),
        ("GoogleProvider", "HasGoogle", "GoogleSignInClientId"),
    ):
        assert resources[provider]["Condition"] == condition
        assert source["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}
        assert parameters[parameter]["Default"] == ""
        details = resources[provider]["Properties"]["ProviderDetails"]
        assert details["client_id"] == {"Ref": parameter}
        assert details["client_secret"]["Fn::Sub"].startswith("{{resolve:secretsmanager:${")
    assert resources["ProviderClient"]["Condition"] == "HasProvider"
    offered = resources["ProviderClient"]["Properties"]["SupportedIdentityProviders"]
    assert [one["Fn::If"][0] for one in offered] == ["HasClever", "HasGoogle"]


def test_id_tokens_of_both_clients_count_where_there_are_two(source):
    """X-01: the functions check whom a token was issued to."""
    variables = source["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["USER_POOL_CLIENT_ID"] == {
        "Fn::If": ["HasProvider", {"Fn::Sub": "${UserPoolClient},${ProviderClient}"}, {"Ref": "UserPoolClient"}]
    }


def test_machines_get_tokens_with_scopes_and_people_none_of_theirs(of_type):
    """A-06, L-06: client credentials for the machine client alone, with a secret that AWS makes."""
    clients = of_type(CLIENT)
    flows = {name: client.get("AllowedOAuthFlows", []) for name, client in clients.items()}
    assert flows == {"UserPoolClient": [], "ProviderClient": ["code"], "MachineClient": ["client_credentials"]}
    assert [name for name, client in clients.items() if client["GenerateSecret"]] == ["MachineClient"]
    (server,) = of_type("AWS::Cognito::UserPoolResourceServer").values()
    scopes = {f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]}
    assert set(clients["MachineClient"]["AllowedOAuthScopes"]) == scopes
