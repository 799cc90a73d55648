"""Tables, bucket, key, secret, user pool: what must outlive mistakes and keep its secrets."""

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables, schema, table_ids

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
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_mfa_is_offered_never_forced(of_type):
    """C-10: an account may be shared by co-teachers."""
    pool = of_type("AWS::Cognito::UserPool")["UserPool"]
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_client_gives_nothing_away(of_type):
    """A browser cannot keep a secret, a password does not leave it, and an unknown address is not told apart."""
    client = of_type("AWS::Cognito::UserPoolClient")["UserPoolClient"]
    assert client["GenerateSecret"] is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["WriteAttributes"] == ["email"]
