"""botocore behind one door: models without clients, clients when first needed, errors in one form.

Only the endpoint it is made for is ever asked, with keys that are no secret.
"""

# ruff: noqa: ANN401 - a request and an answer are of any JSON kind

import threading
from functools import lru_cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.exceptions import (
    ConnectionError as BotocoreConnectionError,
)
from botocore.model import OperationModel, ServiceModel, StructureShape

from local.aws.errors import AwsError, LostAnswerError

THREADS = 24
CONFIG = Config(
    connect_timeout=3,
    read_timeout=60,
    # Zero: a repeated create whose first answer was lost would make a second resource.
    retries={"total_max_attempts": 1},
    max_pool_connections=THREADS + 8,
    s3={"addressing_style": "path"},
    ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # missing in the stubs
)
EMPTY_SHAPE = StructureShape("Empty", {"type": "structure", "members": {}})


class Models:
    """Service models, loaded once each; safe to use from several threads."""

    def __init__(self) -> None:
        self._session = botocore.session.Session()
        self._lock = threading.Lock()
        self._services: dict[str, ServiceModel] = {}
        self._operations: dict[str, dict[str, str]] = {}

    def operation(self, service: str, name: str) -> OperationModel:
        """Return the model of an operation by boto3's name; KeyError if there is none."""
        with self._lock:
            if service not in self._services:
                model = self._session.get_service_model(service)
                self._services[service] = model
                self._operations[service] = {xform_name(op): op for op in model.operation_names}
            return self._services[service].operation_model(self._operations[service][name])

    def input_shape(self, service: str, name: str) -> StructureShape:
        """Return the shape of an operation's request."""
        shape = self.operation(service, name).input_shape
        return shape if isinstance(shape, StructureShape) else EMPTY_SHAPE

    def new_client(self, service: str, region: str, endpoint: str) -> Any:
        """Return a client that talks to `endpoint` only."""
        with self._lock:
            return self._session.create_client(
                service,
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id="local",
                aws_secret_access_key="local",  # noqa: S106 - the local AWS checks no key
                config=CONFIG,
            )


@lru_cache(maxsize=1)
def models() -> Models:
    """Return the models of this process."""
    return Models()


class Aws:
    """The local AWS at one endpoint."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def perform(self, service: str, region: str, operation: str, request: dict[str, Any]) -> Any:
        """Make one call and return its answer; AwsError if refused, LostAnswerError if silent."""
        name = models().operation(service, operation).name
        try:
            answer = getattr(self._client(service, region), operation)(**request)
        except ClientError as error:
            told = error.response.get("Error", {})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status >= 500:  # noqa: PLR2004 - the server broke while it worked
                raise LostAnswerError(name, f"HTTP {status}: {told.get('Message', '')}") from error
            raise AwsError(name, told.get("Code", "?"), told.get("Message", str(error))) from error
        except ParamValidationError as error:
            raise AwsError(name, "ParamValidation", str(error)) from error
        except (BotocoreConnectionError, HTTPClientError) as error:
            raise LostAnswerError(name, type(error).__name__) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _client(self, service: str, region: str) -> Any:
        key = (service, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = models().new_client(service, region, self.endpoint)
            return self._clients[key]
