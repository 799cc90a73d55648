"""stack.json holds the keys that outsiders rely on (DESIGN.md, "Running it")."""

from sandbox.stack.description import describe

ENDPOINT = "http://127.0.0.1:4566"
RESOURCES = [
    ("AWS::ApiGateway::RestApi", "Api", "abc123"),
    ("AWS::Cognito::UserPool", "UserPool", "pool"),
    ("AWS::Cognito::UserPoolClient", "MachineClient", "machines"),
    ("AWS::Cognito::UserPoolClient", "UserPoolClient", "people"),
    ("AWS::DynamoDB::Table", "DistrictsTable", "local-districts"),
    ("AWS::S3::Bucket", "RosterBucket", "local-roster"),
    ("AWS::SQS::Queue", "RosterDeadLetters", "http://localhost:4566/0/dead"),
    ("AWS::StepFunctions::StateMachine", "RosterStateMachine", "arn:machine"),
    ("AWS::SQS::Queue", "NoticesQueue", "http://localhost:4566/0/notices"),
    ("AWS::SecretsManager::Secret", "CleverSecret", "clever-secret"),
    ("AWS::SecretsManager::Secret", "WebhookSecret", "webhook-secret"),
]


def test_everything_is_found_by_its_logical_name():
    outputs = {"UserPoolClientId": "people", "MachineClientId": "machines"}
    found = describe(ENDPOINT, RESOURCES, outputs, "http://127.0.0.1:8790")
    assert found["api_url"] == f"{ENDPOINT}/restapis/abc123/v1/_user_request_"
    assert (found["aws_endpoint"], found["region"], found["stack_name"]) == (ENDPOINT, "us-east-1", "homeroom-local")
    assert (found["user_pool_id"], found["user_pool_client_id"]) == ("pool", "people")
    assert (found["machine_client_id"], found["token_url"]) == ("machines", f"{ENDPOINT}/oauth2/token")
    assert found["tables"] == {"DistrictsTable": "local-districts"}
    assert found["buckets"] == {"RosterBucket": "local-roster"}
    assert found["queues"] == {
        "RosterDeadLetters": "http://localhost:4566/0/dead",
        "NoticesQueue": "http://localhost:4566/0/notices",
    }
    assert found["state_machines"] == {"RosterStateMachine": "arn:machine"}
    assert (found["clever_secret_id"], found["webhook_secret_id"]) == ("clever-secret", "webhook-secret")


def test_what_the_template_lacks_is_none_and_not_missing():
    found = describe(ENDPOINT, [], {}, "http://127.0.0.1:8790")
    assert found["api_url"] is None
    assert found["user_pool_id"] is None
    assert found["machine_client_id"] is None
    assert found["webhook_secret_id"] is None
