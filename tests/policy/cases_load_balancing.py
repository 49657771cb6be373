"""Cases of the rules of load balancer, certificate and name."""

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import GONE, WAITS, add, both, change, leave_out, of, remove
from tests.policy.worlds import in_dev, in_staging
from tests.policy.worlds_service import forward, redirect

R = "alb-shape-and-hardening"
broken(f"{R}(a)", "it hides inside", change("alb", internal=True))
broken(f"{R}(a)", "two kinds of addresses", change("alb", ipAddressType="dualstack"))
broken(f"{R}(a)", "another kind", change("alb", loadBalancerType="network"))
broken(f"{R}(a)", "addresses of its own", change("alb", subnetMappings=[{"subnetId": "s"}]))
broken(f"{R}(a)", "access logs without decision", change("alb", accessLogs__enabled=True))
broken(f"{R}(b)", "broken headers pass", change("alb", dropInvalidHeaderFields=GONE))
broken(f"{R}(b)", "smuggled requests pass", change("alb", desyncMitigationMode="monitor"))
broken(f"{R}(b)", "production can be deleted", change("alb", enableDeletionProtection=False))
broken(
    f"{R}(b)", "the caller's address is dropped", change("alb", xffHeaderProcessingMode="remove")
)
broken(f"{R}(b)", "HTTP/2 is off", change("alb", enableHttp2=False))
fine(R, "its patience is written out", change("alb", idleTimeout=60))
fine(R, "dev can be deleted", change("alb", enableDeletionProtection=GONE), in_dev)
fine(R, "defences are written out", change("alb", desyncMitigationMode="strictest"))
fine(R, "AWS's defaults are written out", change("alb", loadBalancerType="application", ipAddressType="ipv4", desyncMitigationMode="defensive", xffHeaderProcessingMode="append"))  # noqa: E501  # fmt: skip
open_question(R, "inside or outside waits", change("alb", internal=WAITS), "internal")

R = "alb-wired"
broken(f"{R}(a)", "a private subnet", change("alb", subnets=[of("public-2a"), of("private-2c")]))
broken(f"{R}(a)", "one subnet", change("alb", subnets=[of("public-2a")]))
THIRD = {"cidrBlock": "10.0.3.0/24", "availabilityZone": "ap-northeast-2a"}
broken(
    f"{R}(a)",
    "three public subnets",
    both(
        add("third", t.SUBNET, **THIRD),
        add("tie", t.ROUTE_TABLE_ASSOCIATION, subnetId=of("third"), routeTableId=of("public-rt")),
        change("alb", subnets=[of("public-2a"), of("public-2c"), of("third")]),
    ),
)
broken(f"{R}(a)", "two groups", change("alb", securityGroups=[of("alb-sg"), of("ecs-sg")]))
broken(f"{R}(b)", "nobody answers on 80", remove("http"))
broken(f"{R}(b)", "a third listener", add("more", t.LISTENER, loadBalancerArn=of("alb"), port=8080))
fine(R, "the other way round", change("alb", subnets=[of("public-2c"), of("public-2a")]))
fine(
    R,
    "a second one with a pair of its own",
    both(
        add(
            *("more", t.LOAD_BALANCER),
            subnets=[of("public-2a"), of("public-2c")],
            securityGroups=[of("alb-sg")],
        ),
        *(
            add(f"more-{port}", t.LISTENER, loadBalancerArn=of("more"), port=port)
            for port in (80, 443)
        ),
    ),
)
fine(R, "a name of its own", change("alb", name="triflow-ai-x"))
open_question(R, "a listener's port waits", change("http", port=WAITS), "port")

R = "alb-http-redirects-301"
broken(R, "for now only", change("http", defaultActions=[redirect(statusCode="HTTP_302")]))
broken(R, "straight through", change("http", defaultActions=[forward()]))
broken(R, "to somewhere else", change("http", defaultActions=[redirect(host="example.com")]))
broken(R, "to another port", change("http", defaultActions=[redirect(port="8443")]))
broken(R, "two actions", change("http", defaultActions=[redirect(), redirect()]))
fine(R, "the query is written out", change("http", defaultActions=[redirect(query="#{query}")]))
fine(R, "443 does not redirect", change("https", tags={}))
open_question(R, "the port waits", change("http", port=WAITS), "port")

R = "alb-https-tls13"
HSTS = "routingHttpResponseStrictTransportSecurityHeaderValue"
broken(R, "TLS 1.0", change("https", sslPolicy="ELBSecurityPolicy-TLS13-1-0-2021-06"))
broken(R, "more ciphers", change("https", sslPolicy="ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"))
broken(R, "AWS's default", change("https", sslPolicy=GONE))
broken(R, "for an hour", change("https", **{HSTS: "max-age=3600"}))
broken(R, "a second short of a year", change("https", **{HSTS: "max-age=31535999"}))
broken(R, "no header", change("https", **{HSTS: GONE}))
broken(R, "no certificate", change("https", certificateArn=GONE))
broken(R, "it redirects", change("https", defaultActions=[redirect()]))
fine(R, "the strict variant", change("https", sslPolicy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06"))
fine(R, "and all below it", change("https", **{HSTS: "max-age=63072000; includeSubDomains"}))
open_question(R, "the policy waits", change("https", sslPolicy=WAITS), "sslPolicy")

R = "alb-target-group-shape"
broken(f"{R}(a)", "hosts as targets", change("backend-tg", targetType="instance"))
broken(f"{R}(a)", "five minutes to drain", change("backend-tg", deregistrationDelay=GONE))
broken(f"{R}(a)", "another port", change("backend-tg", port=80))
broken(f"{R}(a)", "HTTP/2 to the backend", change("backend-tg", protocolVersion="HTTP2"))
broken(
    f"{R}(b)",
    "a name for lb_cookie",
    change("backend-tg", stickiness__cookieName="TRIFLOW_LB_COOKIE"),
)
broken(f"{R}(b)", "for a day", change("backend-tg", stickiness__cookieDuration=86400))
broken(f"{R}(b)", "switched off", change("backend-tg", stickiness__enabled=False))
broken(
    f"{R}(b)",
    "AWS's own name for app_cookie",
    change("backend-tg", stickiness__type="app_cookie", stickiness__cookieName="AWSALBAPP"),
)
broken(
    f"{R}(b)",
    "visitors change versions",
    change("https", defaultActions=[forward(sticky=False)]),
)
broken(
    f"{R}(b)",
    "a canary's visitors change versions",
    add("share", t.LISTENER_RULE, actions=[forward(sticky=False)]),
)
fine(R, "a canary's visitors stay", add("share", t.LISTENER_RULE, actions=[forward()]))
fine(R, "a slow start", change("backend-tg", slowStart=30))
fine(R, "the protocol is written out", change("backend-tg", protocolVersion="HTTP1"))
ALONE = {"type": "forward", "forward": {"targetGroups": [{"arn": of("backend-tg")}]}}
fine(R, "nobody can change groups", change("https", defaultActions=[ALONE]))
fine(
    R,
    "on by default",
    change("backend-tg", stickiness={"type": "lb_cookie", "cookieDuration": 3600}),
)
fine(
    R,
    "the backend's cookie",
    change("backend-tg", stickiness__type="app_cookie", stickiness__cookieName="TRIFLOW_LB_COOKIE"),
)
open_question(
    R, "the delay waits", change("backend-tg", deregistrationDelay=WAITS), "deregistrationDelay"
)

R = "alb-health-check-adr"
broken(R, "redirects count as healthy", change("backend-tg", healthCheck__matcher="200-399"))
broken(R, "as long as the pause", change("backend-tg", healthCheck__timeout=15))
broken(R, "another path", change("backend-tg", healthCheck__path="/"))
broken(R, "the port is a number", change("backend-tg", healthCheck__port=8000))
broken(R, "switched off", change("backend-tg", healthCheck__enabled=False))
fine(R, "the port is written out", change("backend-tg", healthCheck__port="8000"))
fine(R, "the protocol is written out", change("backend-tg", healthCheck__protocol="HTTP"))
open_question(
    R, "the path waits", change("backend-tg", healthCheck__path=WAITS), "healthCheck.path"
)

R = "dns-and-certificate-joined"
broken(f"{R}(a)", "not issued yet", change("https", certificateArn=of("certificate")))
broken(f"{R}(a)", "proven by e-mail", change("certificate", validationMethod="EMAIL"))
broken(f"{R}(a)", "another name", change("certificate", domainName="example.com"))
broken(
    f"{R}(a)", "production's name", change("certificate", domainName="triflow-ai.com"), in_staging
)
broken(f"{R}(a)", "nobody waits for it", remove("validation"))
broken(f"{R}(a)", "nothing proves it", remove("proof"))
broken(f"{R}(a)", "proven twice", add("again", t.DNS_RECORD, name=of("certificate"), type="CNAME"))
broken(f"{R}(a)", "awaited twice", add("more", t.CERTIFICATE_VALIDATION, certificateArn=of("certificate")))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "an old kind of key", change("certificate", keyAlgorithm="RSA_1024"))
broken(
    f"{R}(b)",
    "a CNAME at the top",
    change("alias", type="CNAME", aliases=GONE, records=["x.elb.amazonaws.com"], ttl=60),
)
broken(
    f"{R}(b)",
    "it leads to a dead balancer",
    change(
        "alias", aliases=[{"name": of("alb"), "zoneId": of("alb"), "evaluateTargetHealth": False}]
    ),
)
broken(f"{R}(b)", "the name leads nowhere", remove("alias"))
broken(f"{R}(b)", "IPv6", change("alias", type="AAAA"))
broken(f"{R}(b)", "an alias with a time to live", change("alias", ttl=60))
broken(f"{R}(b)", "an alias with addresses", change("alias", records=["192.0.2.1"]))
for kind in ("A", "AAAA", "CNAME"):
    broken(
        f"{R}(b)", f"another {kind}", add("more", t.DNS_RECORD, name="triflow-ai.com", type=kind)
    )
for key in ("RSA_2048", "EC_prime256v1"):
    fine(R, f"a key of {key}", change("certificate", keyAlgorithm=key))
fine(R, "mail to the name", add("more", t.DNS_RECORD, name="triflow-ai.com", type="MX"))
fine(R, "another name's host", add("more", t.DNS_RECORD, name="old.triflow-ai.com", type="CNAME"))
fine(R, "what awaits it is no target", leave_out("validation"))
fine(
    R,
    "www besides",
    add(
        "www",
        t.DNS_RECORD,
        name="www.triflow-ai.com",
        type="A",
        aliases=[{"name": of("alb"), "zoneId": of("alb"), "evaluateTargetHealth": True}],
    ),
)
open_question(
    R,
    "its name waits",
    change("certificate", domainName=WAITS),
    "domainName",
)
