"""Cases of the security groups' rules."""

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import GONE, WAITS, add, both, change, of, remove
from tests.policy.worlds import in_dev, in_staging

LONG = "x" * 256

R = "sg-rules-separate"
broken(R, "the database's egress is an empty list", change("rds-sg", egress=[]))
broken(R, "a group has a rule inside", change("alb-sg", ingress=[{"fromPort": 443}]))
broken(R, "a group's rules inside are unknown", change("ecs-sg", ingress=WAITS))
broken(R, "a rule of the old kind appears", add("old", t.SECURITY_GROUP_RULE, type="ingress"))
fine(R, "rules are revoked on delete", change("rds-sg", revokeRulesOnDelete=True))

R = "sg-world-ingress-only-80-443"
broken(R, "the world reaches 22 to 443", change("alb-in-443", fromPort=22))
broken(R, "half the world comes in", change("rds-in-5432", cidrIpv4="0.0.0.0/1"))
broken(R, "the world reaches the tasks", change("ecs-in-8000", cidrIpv4="0.0.0.0/0"))
broken(R, "a range of /15 comes in", change("ecs-in-8000", cidrIpv4="10.0.0.0/15"))
broken(R, "every protocol comes in", change("alb-in-443", ipProtocol="-1"))
broken(R, "every protocol comes in from a group", change("ecs-in-8000", ipProtocol="-1"))
broken(R, "the world comes in by UDP", change("alb-in-443", ipProtocol="udp"))
broken(R, "the world comes in by IPv6", change("alb-in-443", cidrIpv6="::/0"))
broken(R, "a range is no range", change("alb-in-443", cidrIpv4="everywhere"))
broken(R, "the port is text", change("alb-in-443", fromPort="443"))
fine(R, "port 80 from the world on the load balancer", change("alb-in-80", tags={}))
fine(R, "a range of /16 comes in", change("ecs-in-8000", cidrIpv4="10.0.0.0/16"))
open_question(R, "the range is not known yet", change("alb-in-443", cidrIpv4=WAITS), "cidrIpv4")
open_question(R, "the port is not known yet", change("alb-in-443", fromPort=WAITS), "fromPort")

R = "sg-chain-exact"
broken(R, "tasks let tasks in", change("ecs-in-8000", referencedSecurityGroupId=of("ecs-sg")))
broken(
    R,
    "the database may go out",
    add(
        "out",
        t.EGRESS_RULE,
        securityGroupId=of("rds-sg"),
        ipProtocol="tcp",
        fromPort=443,
        toPort=443,
        cidrIpv4="0.0.0.0/0",
    ),
)
broken(R, "a link is missing", remove("rds-in-5432"))
broken(R, "two links are missing", remove("rds-in-5432", "ecs-out-5432"))
broken(R, "a link has another port", change("rds-in-5432", fromPort=5433, toPort=5433))
broken(R, "a link is a range", change("alb-out-8000", toPort=8001))
broken(
    R,
    "the world reaches the tasks",
    change("ecs-in-8000", referencedSecurityGroupId=GONE, cidrIpv4="0.0.0.0/0"),
)
broken(
    R,
    "a link is declared twice",
    add(
        "again",
        t.INGRESS_RULE,
        securityGroupId=of("alb-sg"),
        ipProtocol="tcp",
        fromPort=443,
        toPort=443,
        cidrIpv4="0.0.0.0/0",
    ),
)
broken(R, "one group is gone", remove("rds-sg"))
broken(R, "a prefix list is let in", change("alb-in-443", cidrIpv4=GONE, prefixListId="pl-1"))
broken(
    R,
    "dev's tasks let tasks in",
    change("ecs-in-8000", referencedSecurityGroupId=of("ecs-sg")),
    in_dev,
)
fine(
    R,
    "descriptions and names change",
    both(change("alb-in-443", description="HTTPS"), change("ecs-sg", name="other")),
)
fine(
    R,
    "a dozen groups without rules",
    both(*(add(f"more-{i}", t.SECURITY_GROUP, name=f"more-{i}") for i in range(12))),
)
REDIS = {"ipProtocol": "tcp", "fromPort": 6379, "toPort": 6379}
fine(
    R,
    "the tasks reach a cache",
    both(
        add("cache", t.CACHE),
        add("cache-sg", t.SECURITY_GROUP),
        add(
            "there",
            t.EGRESS_RULE,
            securityGroupId=of("ecs-sg"),
            referencedSecurityGroupId=of("cache-sg"),
            **REDIS,
        ),
        add(
            "here",
            t.INGRESS_RULE,
            securityGroupId=of("cache-sg"),
            referencedSecurityGroupId=of("ecs-sg"),
            **REDIS,
        ),
    ),
)
fine(R, "a fourth group without rules", add("more", t.SECURITY_GROUP, name="more"))
fine(R, "staging has the same chain", change("ecs-sg", tags={}), in_staging)
open_question(
    R,
    "a peer is not known and has no dependency",
    change("ecs-in-8000", referencedSecurityGroupId=WAITS),
    "referencedSecurityGroupId",
)

R = "sg-rule-well-formed"
broken(R, "a description is Korean", change("rds-in-5432", description="데이터베이스 접근"))
broken(R, "a description is too long", change("rds-in-5432", description=LONG))
broken(R, "a description is missing", change("rds-in-5432", description=GONE))
broken(R, "a group has no description", change("rds-sg", description=GONE))
broken(R, "two peers at once", change("ecs-in-8000", cidrIpv4="10.0.0.0/24"))
broken(R, "no peer at all", change("alb-in-80", cidrIpv4=GONE))
broken(R, "a range of ports", change("ecs-out-443", toPort=444))
broken(R, "no port", change("ecs-out-443", fromPort=GONE))
broken(R, "UDP", change("ecs-out-443", ipProtocol="udp"))
fine(R, "the longest description", change("rds-in-5432", description="x" * 255))
fine(R, "every letter that AWS takes", change("rds-sg", description="aZ0_ .:/()#,@[]+=&;{}!$*-"))
fine(R, "the peer is a prefix list", change("alb-in-80", cidrIpv4=GONE, prefixListId="pl-1"))
open_question(
    R, "the description is not known yet", change("rds-sg", description=WAITS), "description"
)
