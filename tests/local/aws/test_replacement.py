"""What forces a replacement here forces it in CloudFormation too, with reasoned exceptions.

Shows that the rows agree with the schemas that cfn-lint carries; it proves nothing for
properties which the two call by different names.
"""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from local.aws import requests, schema
from local.aws.catalogue import ROWS
from local.aws.shapes import match

FOUND = importlib.util.find_spec("cfnlint")
FOLDER = Path(str(FOUND.origin if FOUND else "")).parent / "data/schemas"
FILES: dict[str, str] = {
    name.lower(): file
    for name, file in json.loads((FOLDER / "providers/ap-northeast-2.json").read_text()).items()
}
# Input which updates in place although CloudFormation replaces -> why the AWS provider does not.
EXCEPTIONS: dict[tuple[str, str], str] = {
    (
        "aws:rds/instance:Instance",
        "dbSubnetGroupName",
    ): "ModifyDBInstance moves it to the other group",
}
SERVICES = {
    "acm": "certificatemanager",
    "appautoscaling": "applicationautoscaling",
    "kinesis": "kinesisfirehose",
    "lb": "elasticloadbalancingv2",
    "vpc": "ec2",
}
TYPES = {
    "aws:appautoscaling/policy:Policy": "aws::applicationautoscaling::scalingpolicy",
    "aws:appautoscaling/target:Target": "aws::applicationautoscaling::scalabletarget",
    "aws:backup/plan:Plan": "aws::backup::backupplan",
    "aws:backup/selection:Selection": "aws::backup::backupselection",
    "aws:backup/vault:Vault": "aws::backup::backupvault",
    "aws:cloudwatch/eventRule:EventRule": "aws::events::rule",
    "aws:cloudwatch/logGroup:LogGroup": "aws::logs::loggroup",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": "aws::logs::metricfilter",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "aws::logs::resourcepolicy",
    "aws:cloudwatch/logStream:LogStream": "aws::logs::logstream",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "aws::logs::subscriptionfilter",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "aws::cloudwatch::alarm",
    "aws:cloudwatch/queryDefinition:QueryDefinition": "aws::logs::querydefinition",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": (
        "aws::ec2::subnetroutetableassociation"
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws::iam::oidcprovider",
    "aws:iam/policy:Policy": "aws::iam::managedpolicy",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "aws::kinesisfirehose::deliverystream"
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (
        "aws::lambda::eventinvokeconfig"
    ),
    "aws:rds/instance:Instance": "aws::rds::dbinstance",
    "aws:rds/parameterGroup:ParameterGroup": "aws::rds::dbparametergroup",
    "aws:rds/subnetGroup:SubnetGroup": "aws::rds::dbsubnetgroup",
    "aws:route53/record:Record": "aws::route53::recordset",
    "aws:route53/zone:Zone": "aws::route53::hostedzone",
    "aws:sns/topicSubscription:TopicSubscription": "aws::sns::subscription",
}


def _schema(token: str) -> dict[str, Any] | None:
    """Return CloudFormation's schema of a token; None if it has none under a like name."""
    service, _, rest = token.removeprefix("aws:").partition("/")
    kind = f"aws::{SERVICES.get(service, service)}::{rest.partition(':')[0].lower()}"
    file = FILES.get(TYPES.get(token, kind))
    if file is None:
        return None
    loaded: dict[str, Any] = json.loads((FOLDER / "resources" / f"{file}.json").read_text())
    return loaded


COMPARED = [token for token in ROWS if _schema(token)]


@pytest.mark.parametrize("token", COMPARED)
def test_what_cloudformation_replaces_is_not_updated_in_place(token: str) -> None:
    """An input that CloudFormation calls create-only replaces here too, or has a reason not to."""
    document = _schema(token) or {}
    create_only = {path.split("/")[2] for path in document.get("createOnlyProperties", [])}
    inputs = [n for n in schema.resource(token).inputs if match(n, create_only)]
    row = ROWS[token]

    wrong = {
        name
        for name in inputs
        if name in requests.changeable(token)
        and name not in row.ignored
        and (token, name) not in EXCEPTIONS
    }

    assert wrong == set()


def test_enough_tokens_are_compared() -> None:
    """A renamed folder of schemas would leave the comparison empty."""
    assert len(COMPARED) >= 45
