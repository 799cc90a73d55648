"""What the emulator's API gateway leaves out of a deployment, done by hand after it: the gateway's own answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.stack.aws import STAGE, Account

_ANSWERS = "x-amazon-apigateway-gateway-responses"


def publish(account: Account, api: str) -> None:
    """Sets the answers that the API's body describes, which the emulator does not import from there, and deploys
    the stage once more, for it applies them only then.
    """
    gateway = account.client("apigateway")
    for kind, answer in _answers(account.template()):
        given = {key: answer[key] for key in ("statusCode", "responseParameters", "responseTemplates") if key in answer}
        if "statusCode" in given:
            given["statusCode"] = str(given["statusCode"])
        gateway.put_gateway_response(restApiId=api, responseType=kind, **given)
    gateway.create_deployment(restApiId=api, stageName=STAGE)


def _answers(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            body = resource["Properties"].get("Body", {})
            yield from body.get(_ANSWERS, {}).items()
