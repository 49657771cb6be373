"""Cases of the service's, the task's and the scaling's rules."""

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    Spoil,
    add,
    at_update,
    both,
    change,
    change_options,
    leave_out,
    of,
    remove,
)
from tests.policy.worlds import in_dev, in_prod, in_staging
from tests.policy.worlds_service import (
    DIGEST,
    KEY_ARN,
    REGISTRY,
    SECRET_ARN,
    allow,
    backend,
    definitions,
    document,
    sidecar,
)

DEFINITIONS = "containerDefinitions"


def containing(*containers: dict[str, object], environment: str = "prod") -> Spoil:
    """Give the task other containers."""
    return change("task", containerDefinitions=definitions(environment, *containers))


CONTAINERS_WAIT = change("task", containerDefinitions=of("api-key"))

R = "ecs-fargate-only"
broken(f"{R}(a)", "hosts of our own", change("service", launchType="EC2"))
broken(f"{R}(a)", "no launch type", change("service", launchType=GONE))
broken(f"{R}(a)", "a bridge", change("task", networkMode="bridge"))
broken(
    f"{R}(a)", "a task for hosts too", change("task", requiresCompatibilities=["EC2", "FARGATE"])
)
broken(
    f"{R}(a)",
    "spot capacity in production",
    change("service", capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT"}]),
)
broken(f"{R}(a)", "a cluster offers spot", change("capacity", capacityProviders=["FARGATE_SPOT"]))
broken(f"{R}(b)", "an old platform", change("service", platformVersion="1.3.0"))
broken(f"{R}(b)", "today's platform by number", change("service", platformVersion="1.4.0"))
broken(f"{R}(c)", "shared processes", change("task", pidMode="task"))
broken(f"{R}(c)", "a privileged container", containing(backend(privileged=True)))
broken(
    f"{R}(c)",
    "a container with more rights",
    containing(backend(linuxParameters={"capabilities": {"add": ["SYS_PTRACE"]}})),
)
fine(
    R,
    "spot capacity in dev",
    change(
        "service",
        launchType=GONE,
        capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT"}],
    ),
    in_dev,
)
fine(R, "the platform is written out", change("service", platformVersion="LATEST"))
fine(R, "process 1 cleans up", containing(backend(linuxParameters={"initProcessEnabled": True})))
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "ecs-task-size-legal-and-per-env"
broken(f"{R}(a)", "half the memory", change("task", memory="1024"))
broken(f"{R}(a)", "memory between two steps", change("task", memory="2560"))
for key in ("cpu", "memory"):
    broken(f"{R}(a)", f"no {key}", change("task", **{key: GONE}))
broken(f"{R}(b)", "dev is as large as staging", change("task", cpu="1024", memory="2048"), in_dev)
broken(f"{R}(b)", "more than the guide allows", change("task", memory="5120"))
fine(R, "grown after a kill for memory", change("task", memory="4096"))
fine(R, "grown by one step", change("task", memory="3072"))
fine(R, "written in words", change("task", cpu="1 vCPU", memory="2 GB"))
open_question(R, "the size is not known yet", change("task", cpu=WAITS), "cpu")

R = "ecs-container-memory-fits-task"
broken(R, "both want more than there is", containing(backend(memory=1536), sidecar(memory=1024)))
broken(R, "the service ends with its metrics", containing(backend(), sidecar(essential=True)))
broken(R, "the service outlives its backend", containing(backend(essential=False), sidecar()))
broken(R, "a sidecar without a limit", containing(backend(), sidecar(memory=None)))
broken(R, "more CPU than there is", containing(backend(cpu=1024), sidecar()))
fine(R, "a task without a size", change("task", cpu=GONE, memory=GONE))
fine(R, "a size in words", change("task", cpu="1 vCPU", memory="2 GB"))
fine(R, "exactly the whole task", containing(backend(memory=1664), sidecar(memory=384)))
fine(R, "one container without a limit", containing(backend(memory=None)))
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "ecs-image-pinned"
ECR = f"{REGISTRY}/triflow-ai-backend"
broken(R, "latest", containing(backend(image=f"{ECR}:latest")))
broken(R, "no tag at all", containing(backend(image=ECR)))
broken(R, "a public image by tag", containing(backend(), sidecar(image="prom/prometheus:v3.0.0")))
broken(R, "a name like ours elsewhere", containing(backend(image="me/triflow-ai-backend:1.0.0")))
broken(R, "a repository whose tags move", containing(backend(image=f"{REGISTRY}/other:1.0.0")))
fine(R, "tag and digest", containing(backend(image=f"{ECR}:1.0.0@sha256:{DIGEST}")))
fine(R, "a digest alone", containing(backend(image=f"{ECR}@sha256:{DIGEST}")))
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "ecs-logs-to-known-group"
OPTIONS = {
    "awslogs-group": "/aws/ecs/triflow-ai-production-backend",
    "awslogs-region": "ap-northeast-2",
    "awslogs-stream-prefix": "other",
}


def logging(**changed: str) -> Spoil:
    """Give the backend other options of its log."""
    options = {key: value for key, value in (OPTIONS | changed).items() if value}
    return containing(backend(logConfiguration={"logDriver": "awslogs", "options": options}))


FILES = {"logDriver": "json-file", "options": OPTIONS}


broken(R, "one container without a log", containing(backend(), sidecar(logConfiguration={})))
broken(R, "to a file", containing(backend(logConfiguration=FILES)))
broken(R, "another region", logging(**{"awslogs-region": "us-east-1"}))
broken(R, "a group of its own", logging(**{"awslogs-group": "/ecs/backend"}))
broken(R, "no prefix", logging(**{"awslogs-stream-prefix": ""}))
broken(R, "ECS makes the group", logging(**{"awslogs-create-group": "true"}))
fine(R, "another stream prefix", logging())
fine(R, "ECS makes no group", logging(**{"awslogs-create-group": "false"}))
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "values-typed"
broken(f"{R}(b)", "a port as text", containing(backend(portMappings=[{"containerPort": "8000"}])))
broken(
    f"{R}(b)", "a variable as number", containing(backend(environment=[{"name": "P", "value": 1}]))
)
broken(f"{R}(b)", "memory as text", containing(backend(memory="512")))
broken(f"{R}(b)", "a key in Python's spelling", containing(backend(port_mappings=[])))
broken(f"{R}(b)", "the same name twice", containing(backend(), backend()))
for text in ("{}", "[", "[1]"):
    broken(f"{R}(b)", f"the containers are {text}", change("task", containerDefinitions=text))
fine(R, "a port of the host as well", containing(backend(portMappings=[{"hostPort": 8000}])))
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "ecs-no-public-ip"
broken(
    R, "tasks get public addresses", change("service", networkConfiguration__assignPublicIp=True)
)
broken(R, "no network is stated", change("service", networkConfiguration=GONE))
fine(R, "written out", change("service", networkConfiguration__assignPublicIp=False))
open_question(
    R, "not known yet", change("service", networkConfiguration__assignPublicIp=WAITS), "PublicIp"
)

R = "ecs-tasks-in-two-private-subnets"
broken(
    R,
    "public subnets",
    change("service", networkConfiguration__subnets=[of("public-2a"), of("public-2c")]),
)
broken(R, "one zone", change("service", networkConfiguration__subnets=[of("private-2a")]))
fine(
    R,
    "the other way round",
    change("service", networkConfiguration__subnets=[of("private-2c"), of("private-2a")]),
)
open_question(
    R, "a subnet's zone waits", change("private-2c", availabilityZone=WAITS), "availabilityZone"
)

R = "ecs-circuit-breaker-rollback"
broken(f"{R}(a)", "nothing goes back", change("service", deploymentCircuitBreaker__rollback=False))
broken(f"{R}(a)", "no breaker", change("service", deploymentCircuitBreaker=GONE))
broken(f"{R}(a)", "alarms only stop", change("service", alarms__rollback=False))
broken(f"{R}(a)", "an alarm is missing", change("service", alarms__alarmNames=["x-alb-5xx-rate"]))
broken(f"{R}(a)", "another controller", change("service", deploymentController__type="EXTERNAL"))
broken(f"{R}(b)", "half of the tasks go", change("service", deploymentMinimumHealthyPercent=50))
broken(f"{R}(b)", "no room for new tasks", change("service", deploymentMaximumPercent=149))
broken(f"{R}(b)", "no time to start", change("service", healthCheckGracePeriodSeconds=0))
broken(f"{R}(b)", "too much time to start", change("service", healthCheckGracePeriodSeconds=301))
broken(f"{R}(b)", "nobody waits", change("service", waitForSteadyState=GONE))
fine(R, "the controller is written out", change("service", deploymentController__type="ECS"))
for seconds in (30, 300):
    fine(R, f"a grace of {seconds}", change("service", healthCheckGracePeriodSeconds=seconds))
fine(R, "no visitors, no grace", change("service", loadBalancers=GONE, healthCheckGracePeriodSeconds=GONE))  # noqa: E501  # fmt: skip
fine(R, "as many as can be", change("service", deploymentMinimumHealthyPercent=100, deploymentMaximumPercent=150))  # noqa: E501  # fmt: skip
fine(R, "dev without alarms", change("service", alarms=GONE), in_dev)
open_question(R, "the names wait", change("service", alarms__alarmNames=WAITS), "alarms.alarmNames")

R = "ecs-exec-off-or-logged"
LOGGING = "configuration__executeCommandConfiguration__logging"
broken(R, "no trace", change("cluster", configuration=GONE))
broken(R, "logging is off", change("cluster", **{LOGGING: "NONE"}))
broken(R, "the default in production", change("cluster", **{LOGGING: "DEFAULT"}))
broken(
    R,
    "logged to nowhere",
    change("cluster", configuration__executeCommandConfiguration={"logging": "OVERRIDE"}),
)
fine(
    R,
    "exec is off",
    both(change("service", enableExecuteCommand=False), change("cluster", configuration=GONE)),
)
NO_TRACE = both(
    change("service", cluster="triflow-ai-production-cluster"),
    change("cluster", configuration=GONE),
)
broken(R, "no trace in a cluster by its name", NO_TRACE)
fine(R, "the default in staging", change("cluster", **{LOGGING: "DEFAULT"}), in_staging)
TO_A_BUCKET = {"logging": "OVERRIDE", "logConfiguration": {"s3BucketName": "b"}}
for says, chosen, at in (
    ("logged to a bucket", TO_A_BUCKET, in_prod),
    ("the default and no more, in staging", {"logging": "DEFAULT"}, in_staging),
):
    fine(R, says, change("cluster", configuration__executeCommandConfiguration=chosen), at)
open_question(R, "the cluster waits", change("service", cluster=WAITS), "cluster")

R = "ecs-roles-contract"
broken(f"{R}(a)", "one role for both", change("task", taskRoleArn=of("execution-role")))
broken(f"{R}(a)", "no task role", change("task", taskRoleArn=GONE))
broken(f"{R}(b)", "nothing to pull with", remove("execution-pull"))
broken(
    f"{R}(b)",
    "all secrets",
    change("execution-secrets", policy=document(allow("secretsmanager:GetSecretValue", "*"))),
)
broken(
    f"{R}(b)",
    "a secret too few",
    change("execution-secrets", policy=document(allow("secretsmanager:GetSecretValue", KEY_ARN))),
)
broken(
    f"{R}(b)",
    "a secret too many",
    change(
        "execution-secrets",
        policy=document(allow("secretsmanager:GetSecretValue", [KEY_ARN, SECRET_ARN, "other"])),
    ),
)
EXECUTION_ROLE = "triflow-ai-production-ecs-task-execution-role"
for short in ("execution-secrets", "execution-pull"):
    fine(R, f"the role of {short} by its name", change(short, role=EXECUTION_ROLE))
BOUNDARY = {"permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary"}
fine(R, "one boundary for both", both(*(change(f"{short}-role", **BOUNDARY) for short in ("task", "execution"))))  # noqa: E501  # fmt: skip
REFUSED = {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "other"}
READ = allow("secretsmanager:GetSecretValue", [KEY_ARN, SECRET_ARN])
fine(R, "another is refused", change("execution-secrets", policy=document(READ, REFUSED)))
fine(
    R,
    "the key of the secrets besides",
    change(
        "execution-secrets",
        policy=document(
            allow("secretsmanager:GetSecretValue", [KEY_ARN, SECRET_ARN]),
            allow("kms:Decrypt", "arn:aws:kms:ap-northeast-2:123456789012:key/1"),
        ),
    ),
)
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

CHANNEL = document(allow("ssmmessages:OpenDataChannel", "*"))
broken(
    f"{R}(c)",
    "a shell that nobody may open",
    both(
        change("service", enableExecuteCommand=False),
        add("channel", t.ROLE_POLICY, role=of("task-role"), policy=CHANNEL),
    ),
)
broken(
    f"{R}(c)",
    "a shell that nobody may open, by the role's name",
    both(
        change("service", enableExecuteCommand=False),
        add(
            *("channel", t.ROLE_POLICY),
            role="triflow-ai-production-ecs-task-role",
            policy=CHANNEL,
        ),
    ),
)
SHUT = document(allow("ssmmessages:OpenDataChannel", "*") | {"Effect": "Deny"})
fine(R, "no shell", change("service", enableExecuteCommand=False))
fine(
    R,
    "a shell is refused",
    both(
        change("service", enableExecuteCommand=False),
        add("channel", t.ROLE_POLICY, role=of("task-role"), policy=SHUT),
    ),
)
fine(R, "a shell", add("channel", t.ROLE_POLICY, role=of("task-role"), policy=CHANNEL))

R = "ecs-port-contract"
broken(R, "the service says 80", change("service", loadBalancers=[{"targetGroupArn": of("backend-tg"), "containerName": "backend", "containerPort": 80}]))  # noqa: E501  # fmt: skip
broken(R, "the group says 80", change("backend-tg", port=80))
broken(R, "another container", containing(backend(name="app")))
broken(R, "the container maps nothing", containing(backend(portMappings=[])))
broken(R, "behind no group", change("service", loadBalancers=GONE))
fine(R, "task and cluster are no targets", both(at_update, leave_out("task", "cluster")))
fine(
    R,
    "a sidecar with a port",
    containing(backend(), sidecar(portMappings=[{"containerPort": 9090}])),
)
open_question(R, "the containers name a new secret", CONTAINERS_WAIT, DEFINITIONS)

R = "ecs-scaling-bounds"
broken(f"{R}(a)", "one task in production", change("scaling", minCapacity=1))
broken(f"{R}(a)", "ten tasks", change("scaling", maxCapacity=10))
broken(f"{R}(a)", "no limits", change("scaling", maxCapacity=GONE))
broken(f"{R}(a)", "three by the clock", change("tasks-start", scalableTargetAction__maxCapacity=3), in_staging)  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "three in staging", change("scaling", maxCapacity=3), in_staging)
broken(f"{R}(a)", "another dimension", change("scaling", scalableDimension="rds:cluster:x"))
broken(f"{R}(a)", "a service that nothing scales", remove("scaling"))
broken(
    f"{R}(a)",
    "a second target",
    add("more", t.SCALING_TARGET, resourceId=of("service"), minCapacity=2, maxCapacity=5),
)
broken(f"{R}(b)", "updates set the count", change_options("service", ignore_changes=()))
for count in (1, 6):
    broken(f"{R}(b)", f"it begins with {count}", change("service", desiredCount=count))
BY_NAME = "service/triflow-ai-production-cluster/triflow-ai-production-backend-service"
fine(R, "the target by its name", change("scaling", resourceId=BY_NAME))
broken(f"{R}(a)", "a target of another service", change("scaling", resourceId=f"{BY_NAME}-x"))
open_question(R, "whose target it is waits", change("scaling", resourceId=WAITS), "resourceId")
broken(
    f"{R}(b)",
    "updates start the tasks at night",
    change_options("scaling", ignore_changes=("minCapacity",)),
    in_staging,
)
fine(R, "one task in staging at most", change("scaling", maxCapacity=1), in_staging)
fine(R, "the count is left out", change("service", desiredCount=GONE))
fine(R, "a canary without a target", add("canary", t.ECS_SERVICE, name="x-canary-service"))
open_question(R, "a limit waits", change("scaling", minCapacity=WAITS), "minCapacity")

R = "ecs-scaling-thresholds"
broken(R, "out at 90", change("scale-out-alarm", threshold=90))
broken(R, "in at 40", change("scale-in-alarm", threshold=40))
broken(R, "nothing takes tasks away", remove("scale-in", "scale-in-alarm"))
broken(R, "a step of nothing", change("scale-out", stepScalingPolicyConfiguration__stepAdjustments=[{"scalingAdjustment": 0}]))  # noqa: E501  # fmt: skip
broken(R, "AWS's pause", change("scale-in", stepScalingPolicyConfiguration={"adjustmentType": "ChangeInCapacity", "stepAdjustments": [{"scalingAdjustment": -1}]}))  # noqa: E501  # fmt: skip
broken(R, "target tracking", change("scale-out", policyType="TargetTrackingScaling"))
broken(R, "the alarm calls nobody", change("scale-out-alarm", alarmActions=GONE))
broken(
    R, "the alarm looks below", change("scale-out-alarm", comparisonOperator="LessThanThreshold")
)
broken(R, "of memory", change("scale-in-alarm", metricName="MemoryUtilization"))
broken(
    R,
    "no pause",
    change("scale-in", stepScalingPolicyConfiguration__cooldown=60),
)
fine(
    R,
    "at 70 as well as above",
    change("scale-out-alarm", comparisonOperator="GreaterThanOrEqualToThreshold"),
)
open_question(R, "the threshold waits", change("scale-in-alarm", threshold=WAITS), "threshold")

R = "guide-names-pinned"
broken(f"{R}(a)", "the cluster has another name", change("cluster", name="triflow-prod-cluster"))
broken(f"{R}(a)", "the service is named by the provider", change("service", name=GONE))
broken(f"{R}(a)", "the family is another", change("task", family="backend"))
broken(f"{R}(a)", "the database is another", change("database", identifier="production-db"))
broken(f"{R}(b)", "the tasks' role has another name", change("task-role", name="task-role"))
broken(f"{R}(b)", "nobody gives the tasks their role", remove("execution-role"))
broken(f"{R}(b)", "the policy on files has no name", change("task-files", name=GONE))
broken(f"{R}(b)", "the tasks' log group is elsewhere", change("backend-logs", name="/aws/ecs/x"))
broken(f"{R}(b)", "the alarm on CPU has another name", change("rds-cpu-high", name="cpu"))
fine(R, "one more role", add("other", t.ROLE, name="triflow-ai-production-other"))
fine(R, "another log's name is not known yet", change("db-logs", name=WAITS))
fine(R, "the tasks' role is left out of this run", leave_out("task-role"))
fine(R, "staging has its own roles", change("task-role", name="task-role"), in_staging)
open_question(R, "the role's name is not known yet", change("task-role", name=WAITS), "name")
fine(R, "a canary", change("service", name="triflow-ai-production-backend-canary-service"))
fine(R, "staging has its own prefix", change("cluster", name="triflow-ai-staging-x"), in_staging)
