"""The epoch: a random mark inside the local AWS, by which a restarted and so emptied one is known.

The server keeps everything in memory. The mark is kept there too, as an SSM parameter, and again in
a file beside the server's address: where the two differ, nothing of what was made is left.
"""

import http.client
import json
import secrets
from urllib.parse import urlsplit

PARAMETER = "/local-aws/epoch"
SECONDS_TO_ANSWER = 10  # the first request loads the service's code, on a busy machine for seconds
# The server picks the service and the region from this header and never checks the signature.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/ssm/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def current(endpoint: str) -> str | None:
    """Return the mark in the server at `endpoint`; None if it is down, emptied or another."""
    answer = _ask(endpoint, "GetParameter", {"Name": PARAMETER})
    parameter = answer.get("Parameter") if answer else None
    return str(parameter["Value"]) if isinstance(parameter, dict) else None


def write(endpoint: str, seconds: float = SECONDS_TO_ANSWER) -> str | None:
    """Put a new random mark into the server and return it; None if none answers in `seconds`."""
    value = secrets.token_hex(8)
    wish = {"Name": PARAMETER, "Value": value, "Type": "String", "Overwrite": True}
    return value if _ask(endpoint, "PutParameter", wish, seconds) is not None else None


def _ask(
    endpoint: str, operation: str, wish: dict[str, object], seconds: float = SECONDS_TO_ANSWER
) -> dict[str, object] | None:
    """Call one SSM operation; None if there is no answer or it is not the one of a local AWS."""
    address = urlsplit(endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    headers = {
        "Authorization": AUTHORIZATION,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AmazonSSM.{operation}",
    }
    try:
        connection.request("POST", "/", json.dumps(wish), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if response.status == http.HTTPStatus.OK and isinstance(answer, dict) else None
