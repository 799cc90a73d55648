"""What all table models share."""

import pytest

from homeroom.runtime import aws, dynamo
from homeroom.runtime.dynamo import TableMeta, TableModel


class _Here(TableModel):
    class Meta(TableMeta):
        pass


class _There(TableModel):
    class Meta(TableMeta):
        pass


@pytest.fixture
def _region(monkeypatch):
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "us-east-1")
    aws.forget_clients()
    yield
    aws.forget_clients()


@pytest.mark.usefixtures("_region")
def test_all_models_and_stores_use_one_client_also_after_it_was_made_anew():
    dynamo.bind("here", _Here)
    dynamo.bind("there", _There)
    for _ in range(2):
        used = {id(model._get_connection().connection.client) for model in (_Here, _There)}
        assert used == {id(aws.dynamodb())}
        aws.forget_clients()


@pytest.mark.usefixtures("_region")
def test_the_client_has_time_outs_and_retries_of_ours():
    config = aws.dynamodb().meta.config
    assert (config.connect_timeout, config.read_timeout) == (aws.CONNECT_SECONDS, aws.READ_SECONDS)
    assert config.retries["total_max_attempts"] == aws.ATTEMPTS
