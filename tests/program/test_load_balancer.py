"""The load balancer as the program asks for it (ADR L1 to L9)."""

import json
from typing import Any

import pytest

from tests.program.recorder import STACKS, Recording, record

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
GROUP = "aws:lb/targetGroup:TargetGroup"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
RECORD = "aws:route53/record:Record"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"

DOMAINS = {
    "prod": "triflow-ai.com",
    "staging": "staging.triflow-ai.com",
    "dev": "dev.triflow-ai.com",
}
MAIN = [stack for stack in STACKS if stack != "foundation"]


def listener(recording: Recording, port: int) -> Any:  # noqa: ANN401 - the recorder's
    """Return the only listener on a port."""
    [found] = [each for each in recording.of(LISTENER) if each.props["port"] == port]
    return found


@pytest.mark.clause("L1", "L8")
@pytest.mark.parametrize("stack", MAIN)
def test_the_load_balancer_is_what_was_decided(stack: str) -> None:
    """It faces the internet by IPv4, drops broken headers and logs no requests."""
    props = record(stack).one(BALANCER).props

    assert props["loadBalancerType"] == "application"
    assert props["internal"] is False
    assert props["ipAddressType"] == "ipv4"
    assert props["dropInvalidHeaderFields"] is True
    assert props["desyncMitigationMode"] == "defensive"
    assert "accessLogs" not in props


@pytest.mark.clause("L1")
@pytest.mark.parametrize(("stack", "guarded"), [("prod", True), ("staging", False), ("dev", False)])
def test_only_production_refuses_to_lose_its_load_balancer(stack: str, *, guarded: bool) -> None:
    """Deleted, it comes back under another address, and everybody waits for DNS."""
    assert record(stack).one(BALANCER).props["enableDeletionProtection"] is guarded


@pytest.mark.clause("L1")
def test_the_load_balancer_stands_in_both_public_subnets(prod: Recording) -> None:
    """And wears the load balancer's own security group."""
    balancer = prod.one(BALANCER)

    assert prod.depends_on(balancer, "subnets") == {
        "network-public-ap-northeast-2a",
        "network-public-ap-northeast-2c",
    }
    assert prod.depends_on(balancer, "securityGroups") == {"security-alb"}


@pytest.mark.clause("L2")
@pytest.mark.parametrize("stack", MAIN)
def test_plain_http_is_sent_to_https_for_good(stack: str) -> None:
    """301 and not 302, which browsers ask for anew each time; the port is text to AWS."""
    http = listener(record(stack), 80).props

    assert http["protocol"] == "HTTP"
    assert http["defaultActions"] == [
        {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
        }
    ]


@pytest.mark.clause("L3")
@pytest.mark.parametrize("stack", MAIN)
def test_https_speaks_tls_12_and_13_and_says_to_come_back_so(stack: str) -> None:
    """The policy's name is compared whole: TLS13-1-0 allows TLS 1.0."""
    https = listener(record(stack), 443).props

    assert https["protocol"] == "HTTPS"
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert https["routingHttpResponseStrictTransportSecurityHeaderValue"] == "max-age=31536000"


@pytest.mark.clause("L4")
@pytest.mark.parametrize("stack", MAIN)
def test_targets_are_tasks_on_8000_that_answer_health(stack: str) -> None:
    """Both groups alike, or a canary would be judged by other measures."""
    for group in record(stack).of(GROUP):
        props = group.props
        assert (props["targetType"], props["protocol"], props["port"]) == ("ip", "HTTP", 8000)
        assert props["deregistrationDelay"] == 30
        assert props["healthCheck"] == {
            "path": "/health",
            "port": "traffic-port",
            "protocol": "HTTP",
            "interval": 15,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
            "matcher": "200",
        }


@pytest.mark.clause("L4")
@pytest.mark.parametrize("stack", MAIN)
def test_names_fit_into_the_32_characters_of_a_target_group(stack: str) -> None:
    """AWS refuses a longer one in the middle of an update."""
    named = [*record(stack).of(GROUP), *record(stack).of(BALANCER)]

    assert all(len(each.props["name"]) <= 32 for each in named)


@pytest.mark.clause("L4", "L9")
def test_the_groups_of_production_are_named_as_the_guide_says(prod: Recording) -> None:
    """The first has all of the 32 characters."""
    assert [group.props["name"] for group in prod.of(GROUP)] == [
        "triflow-ai-production-backend-tg",
        "triflow-ai-production-canary-tg",
    ]


@pytest.mark.clause("L5")
def test_a_visitor_stays_at_one_task_for_an_hour(prod: Recording) -> None:
    """The cookie has no name of its own: AWS refuses one for lb_cookie."""
    for group in prod.of(GROUP):
        assert group.props["stickiness"] == {
            "enabled": True,
            "type": "lb_cookie",
            "cookieDuration": 3600,
        }


@pytest.mark.clause("L5")
def test_the_backend_may_set_the_cookie_itself() -> None:
    """One line of config; then the cookie has the decision record's name."""
    chosen = record("prod", config={"loadBalancer": {"stickiness": "app_cookie"}})

    assert chosen.of(GROUP)[0].props["stickiness"] == {
        "enabled": True,
        "type": "app_cookie",
        "cookieDuration": 3600,
        "cookieName": "TRIFLOW_LB_COOKIE",
    }


@pytest.mark.clause("L6", "E3")
@pytest.mark.parametrize("stack", MAIN)
def test_the_certificate_covers_the_name_and_what_is_below_it(stack: str) -> None:
    """Each environment has its own name, so no two stacks fight over one validation record."""
    props = record(stack).one(CERTIFICATE).props

    assert props["domainName"] == DOMAINS[stack]
    assert props["subjectAlternativeNames"] == [f"*.{DOMAINS[stack]}"]
    assert props["validationMethod"] == "DNS"


@pytest.mark.clause("L6")
def test_one_record_proves_the_name_and_its_wildcard(prod: Recording) -> None:
    """ACM asks twice for the same record, and Route 53 refuses the second."""
    [proof] = [
        each for each in prod.of(RECORD) if each.name.startswith("load-balancer-certificate")
    ]

    assert prod.depends_on(proof, "name") == {"load-balancer-certificate"}
    assert prod.depends_on(prod.one(VALIDATION), "validationRecordFqdns") == {
        "load-balancer-certificate-record"
    }


@pytest.mark.clause("L6")
def test_https_waits_until_the_certificate_is_valid(prod: Recording) -> None:
    """AWS refuses a listener with a certificate that was requested and not yet issued."""
    assert "load-balancer-certificate-validation" in prod.depends_on(
        listener(prod, 443), "certificateArn"
    )


@pytest.mark.clause("L7", "E3")
@pytest.mark.parametrize("stack", MAIN)
def test_the_name_leads_to_the_load_balancer(stack: str) -> None:
    """By an alias, for which no CNAME could stand at the top of the zone."""
    recording = record(stack)
    alias = recording.one(RECORD, "load-balancer-alias")

    assert (alias.props["name"], alias.props["type"]) == (DOMAINS[stack], "A")
    assert alias.props["aliases"][0]["evaluateTargetHealth"] is True
    assert "load-balancer" in recording.depends_on(alias, "aliases")
    assert recording.outputs["url"] == f"https://{DOMAINS[stack]}"


@pytest.mark.clause("L8")
def test_access_logs_are_one_line_away() -> None:
    """With the bucket's permission, without which AWS refuses to turn them on."""
    logged = record("prod", config={"loadBalancer": {"accessLogs": True}})
    policy = json.loads(logged.one(BUCKET_POLICY).props["policy"])

    assert logged.one(BALANCER).props["accessLogs"] == {
        "enabled": True,
        "bucket": "triflow-ai-prod-123456789012",
        "prefix": "logs-archive/load-balancer",
    }
    assert policy["Statement"][-1] == {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [
            (
                "arn:aws:s3:::triflow-ai-prod-123456789012/logs-archive/load-balancer"
                "/AWSLogs/123456789012/*"
            )
        ],
    }


@pytest.mark.clause("L9")
def test_without_a_canary_everybody_goes_to_the_service(prod: Recording) -> None:
    """The second group is there with weight 0: a canary changes a weight, and no name."""
    forward = listener(prod, 443).props["defaultActions"][0]["forward"]

    assert [group["weight"] for group in forward["targetGroups"]] == [100, 0]
    assert forward["stickiness"] == {"enabled": True, "duration": 3600}


def with_canary() -> Recording:
    """Return production with a canary that gets a tenth of the visitors."""
    return record("prod", config={"compute": {"canaryImage": "1.1.0", "canaryPercent": 10}})


@pytest.mark.clause("L9")
def test_a_canary_gets_its_share_of_the_visitors() -> None:
    """On all paths; whoever was sent there stays for an hour."""
    [action] = with_canary().one(LISTENER_RULE).props["actions"]

    assert [group["weight"] for group in action["forward"]["targetGroups"]] == [90, 10]
    assert action["forward"]["stickiness"] == {"enabled": True, "duration": 3600}


@pytest.mark.clause("L9")
def test_a_canary_gets_no_visitor_before_it_is_healthy() -> None:
    """A weight on a group without tasks would answer a tenth of the visitors with 503."""
    out = with_canary()
    canary = out.one("aws:ecs/service:Service", "compute-canary")

    assert canary.urn in out.one(LISTENER_RULE).dependencies
    assert canary.props["waitForSteadyState"] is True


@pytest.mark.clause("L9")
def test_a_canary_is_one_task_behind_the_second_group() -> None:
    """The same tasks behind both groups would make the weights vain."""
    out = with_canary()
    service = out.one("aws:ecs/service:Service", "compute-canary")

    assert service.props["name"] == "triflow-ai-production-backend-canary-service"
    assert service.props["desiredCount"] == 1
    assert "load-balancer-canary" in out.depends_on(service, "loadBalancers")
    assert "load-balancer-backend" not in out.depends_on(service, "loadBalancers")


@pytest.mark.clause("L9")
@pytest.mark.parametrize("stack", MAIN)
def test_without_a_canary_there_is_no_second_service(stack: str) -> None:
    """And no rule beside the listener's own."""
    assert record(stack).of(LISTENER_RULE) == []
    assert len(record(stack).of("aws:ecs/service:Service")) == 1
