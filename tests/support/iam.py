"""What IAM would say to a call: the statements of a role in the expanded template, judged offline.

What our template does not use raises NotUnderstood: it must not read as a grant.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

REGION, ACCOUNT, STACK = "us-east-1", "123456789012", "homeroom"
HERE = f"{REGION}:{ACCOUNT}"
ARNS = {
    "AWS::Cognito::UserPool": f"arn:aws:cognito-idp:{HERE}:userpool/",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{HERE}:table/",
    "AWS::KMS::Key": f"arn:aws:kms:{HERE}:key/",
    "AWS::Lambda::Function": f"arn:aws:lambda:{HERE}:function:",
    "AWS::S3::Bucket": "arn:aws:s3:::",
    "AWS::SQS::Queue": f"arn:aws:sqs:{HERE}:",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{HERE}:secret:",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{HERE}:stateMachine:",
}
QUEUE = "AWS::SQS::Queue"
REF_IS_ARN = {"AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine"}  # of all others it is the name
ABSENT = object()
PSEUDO = {"Region": REGION, "AccountId": ACCOUNT, "Partition": "aws", "StackName": STACK, "NoValue": ABSENT}
PARTS = {"Sid", "Effect", "Action", "Resource", "Condition"}
Statement = dict[str, Any]


class NotUnderstood(Exception):
    """The template says what this module cannot judge."""


@dataclass(frozen=True, slots=True)
class Call:
    """An action that `actor` (a resource's logical id) does to `resource`, with the values of one condition key."""

    actor: str
    action: str
    resource: str
    key: str = ""
    values: frozenset[str] = frozenset()


class Stack:
    """The expanded template as if deployed, no condition holding. `names` are physical names by logical id."""

    def __init__(self, template: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.resources, self.names = template["Resources"], names
        self._defaults = {name: found.get("Default") for name, found in template["Parameters"].items()}
        self._statements: dict[str, list[Statement]] = {}

    def properties(self, logical_id: str) -> dict[str, Any]:
        return self.resources[logical_id].get("Properties", {})

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        return {name: self.properties(name) for name, found in self.resources.items() if found["Type"] == kind}

    def name(self, logical_id: str) -> str:
        return self.names.get(logical_id) or self.value(self.properties(logical_id).get("StateMachineName", logical_id))

    def arn(self, logical_id: str) -> str:
        return ARNS.get(self.resources[logical_id]["Type"], "arn:aws:other:::") + self.name(logical_id)

    def value(self, thing: Any) -> Any:
        """A part of the template with nothing left to resolve. Raises NotUnderstood."""
        if isinstance(thing, list):
            return [value for value in map(self.value, thing) if value is not ABSENT]
        if not isinstance(thing, dict):
            return thing
        if len(thing) == 1 and (name := next(iter(thing))).startswith(("Ref", "Fn::")):
            return self._intrinsic(name, thing[name])
        return {key: self.value(one) for key, one in thing.items()}

    def _intrinsic(self, function: str, given: Any) -> Any:
        match function, given:
            case "Ref", str(name):
                return self._ref(name)
            case "Fn::If", [_, _, otherwise]:
                return self.value(otherwise)
            case "Fn::GetAtt", [name, "Arn"]:
                return self.arn(name)
            case "Fn::GetAtt", [name, "StreamArn"]:
                return f"{self.arn(name)}/stream/now"
            case "Fn::Sub", str(text):
                return re.sub(r"\$\{([\w:]+)(\.Arn)?\}", lambda m: self.arn(m[1]) if m[2] else self._ref(m[1]), text)
        raise NotUnderstood(function)

    def _ref(self, name: str) -> Any:
        if self.resources.get(name, {}).get("Type") == QUEUE:
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.name(name)}"
        if name in self.resources:
            return (self.arn if self.resources[name]["Type"] in REF_IS_ARN else self.name)(name)
        return PSEUDO[name[5:]] if name.startswith("AWS::") else self._defaults[name]

    def role(self, actor: str) -> str:
        """The logical id of the role that a function, a state machine or a schedule works under."""
        found = self.properties(actor)
        return (found.get("Role") or found.get("RoleArn") or found["Target"]["RoleArn"])["Fn::GetAtt"][0]

    def statements(self, role: str) -> list[Statement]:
        """What the role's statements say. Raises NotUnderstood when one does more than allow."""
        if role not in self._statements:
            policies = self.properties(role)["Policies"]
            found = self.value([one for policy in policies for one in policy["PolicyDocument"]["Statement"]])
            if strange := [one for one in found if set(one) - PARTS or one["Effect"] != "Allow"]:
                raise NotUnderstood(strange)
            self._statements[role] = found
        return self._statements[role]

    def refused(self, calls: Iterable[Call]) -> list[Call]:
        """Those of the calls that no statement of their actor's role allows."""
        return [call for call in calls if not allowed(self.statements(self.role(call.actor)), call)]


def allowed(statements: Iterable[Statement], call: Call) -> bool:
    """Whether one of the statements allows the call."""
    return any(
        any(_like(pattern, call.action) for pattern in listed(one["Action"]))
        and any(_like(pattern, call.resource) for pattern in listed(one["Resource"]))
        and all(_met(*condition, call) for condition in conditions(one))
        for one in statements
    )


def conditions(statement: Statement) -> Iterator[tuple[str, str, Any]]:
    """Operator, condition key and wanted values of each of the statement's conditions."""
    for operator, keys in statement.get("Condition", {}).items():
        yield from ((operator, key, wanted) for key, wanted in keys.items())


def _met(operator: str, key: str, wanted: Any, call: Call) -> bool:
    every, _, test = operator.rpartition(":")
    if test not in {"StringEquals", "StringLike"} or every not in {"", "ForAllValues"}:
        raise NotUnderstood(operator)
    if key != call.key:
        return bool(every)  # as IAM has it: of values that are not there, all are as wanted
    same = _like if test == "StringLike" else str.__eq__
    return all(any(same(pattern, value) for pattern in listed(wanted)) for value in call.values)


def listed(one_or_many: Any) -> list[Any]:
    """What may be written as one value or as several."""
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


def _like(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None
