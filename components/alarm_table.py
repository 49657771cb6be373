"""The alarms of the decision record and of the guide, as rows (ADR M4, M5, M6).

Storage and memory in bytes, latency in seconds, the rest in percent or as a count, as CloudWatch
has them. What is only counted when something happens counts as fine in its absence; a gauge that
falls silent says nothing either way, and healthy hosts that fall silent are none.
"""

from collections.abc import Iterable, Sequence

from components.alarms import Alarm, Math

GIB = 2**30
MIB = 2**20
DAY = 86400

RDS, ECS, ALB = "AWS/RDS", "AWS/ECS", "AWS/ApplicationELB"

_ERRORS = "FILL(elb, 0) + FILL(target, 0)"
_REQUESTS = "FILL(requests, 0)"
# Requests that found no task are no requests to CloudWatch, only errors of the load balancer: so
# the larger number is what came in, and with neither there is no value at all.
ERROR_RATE = Math(
    {
        "requests": ("RequestCount", "Sum"),
        "elb": ("HTTPCode_ELB_5XX_Count", "Sum"),
        "target": ("HTTPCode_Target_5XX_Count", "Sum"),
    },
    f"100 * ({_ERRORS}) / IF({_REQUESTS} > {_ERRORS}, {_REQUESTS}, {_ERRORS})",
    "5xx 비율 (%)",
)
TASKS_SHORT = Math(
    {"desired": ("DesiredTaskCount", "Average"), "running": ("RunningTaskCount", "Average")},
    "desired - running",
    "부족한 태스크 (개)",
)

# ADR C5: these two roll a deployment back, so they are made before the service.
DEPLOYMENT: Sequence[Alarm] = (
    Alarm(
        key="alb-5xx-rate",
        of="balancer",
        severity="critical",
        title="5xx 오류 급증 / Too many 5xx answers",
        problem="P15",
        first="대상 그룹 상태와 최근 배포를 확인 / See target health and the last deployment.",
        namespace=ALB,
        measure=ERROR_RATE,
        threshold=5,
        times=1,
        missing="notBreaching",
    ),
    Alarm(
        key="alb-unhealthy-hosts",
        of="targets",
        severity="warning",
        title="비정상 태스크 / A task fails its health check",
        problem="P12",
        first="태스크 로그와 /health 응답을 확인 / Read the task's log and ask its /health.",
        namespace=ALB,
        measure="UnHealthyHostCount",
        statistic="Maximum",
        threshold=0,
        times=3,
        missing="notBreaching",
    ),
)

BALANCER: Sequence[Alarm] = (
    Alarm(
        key="alb-healthy-hosts",
        of="targets",
        severity="critical",
        title="서비스 중단 / No healthy task is left",
        problem="P15",
        first="서비스 이벤트와 중지된 태스크의 이유를 확인 / See service events and stop reasons.",
        namespace=ALB,
        measure="HealthyHostCount",
        statistic="Maximum",
        comparison="<",
        threshold=1,
        times=1,
        missing="breaching",
        level="L2",
    ),
    Alarm(
        key="alb-latency-high",
        of="balancer",
        severity="warning",
        title="응답 지연 / Answers are slow",
        problem="P16",
        first="느린 쿼리와 외부 API 지연을 확인 / Look for slow queries and slow external APIs.",
        namespace=ALB,
        measure="TargetResponseTime",
        statistic="p95",
        threshold=2,
        seconds=300,
        times=1,
        missing="notBreaching",
    ),
    Alarm(
        key="certificate-expiry",
        of="certificate",
        severity="critical",
        title="인증서 만료 임박 / The certificate is about to expire",
        problem="P15",
        first="ACM 검증 레코드가 남아 있는지 확인 / See that the validation record still stands.",
        namespace="AWS/CertificateManager",
        measure="DaysToExpiry",
        statistic="Minimum",
        comparison="<",
        threshold=30,  # ACM renews at 60 days; at 30 it has failed for a month
        seconds=DAY,
        times=1,
        level="L2",
    ),
)

DATABASE: Sequence[Alarm] = (
    Alarm(
        key="rds-cpu-high",
        of="database",
        severity="critical",
        title="DB CPU 과부하 / Database CPU is high",
        problem="P10",
        first="Performance Insights에서 상위 쿼리를 확인 / See the top queries.",
        namespace=RDS,
        measure="CPUUtilization",
        threshold=80,
        times=5,
    ),
    Alarm(
        key="rds-storage-low",
        of="database",
        severity="critical",
        title="DB 저장 공간 부족 / Database storage is low",
        problem="P10",
        first="자동 확장 한도를 확인하고 올림 / See and raise the limit of storage growth.",
        namespace=RDS,
        measure="FreeStorageSpace",
        statistic="Minimum",
        comparison="<",
        threshold=10 * GIB,
        times=1,
    ),
    Alarm(
        key="rds-connection-spike",
        of="database",
        severity="critical",
        title="DB 연결 급증 / Too many database connections",
        problem="P09",
        first="유휴 연결과 연결 풀 크기를 확인 / See idle connections and the pool's size.",
        namespace=RDS,
        measure="DatabaseConnections",
        threshold=80,
        times=5,
        slack_only=True,
    ),
    Alarm(
        key="rds-cpu-medium",
        of="database",
        severity="warning",
        title="DB CPU 상승 / Database CPU is rising",
        problem="P10",
        first="느린 쿼리 로그를 확인 / Read the log of slow queries.",
        namespace=RDS,
        measure="CPUUtilization",
        threshold=60,
        times=10,
    ),
    Alarm(
        key="rds-read-latency",
        of="database",
        severity="warning",
        title="DB 읽기 지연 / Reads from the database's disk are slow",
        problem="P10",
        first="IOPS 한도와 인덱스 누락을 확인 / See the IOPS limit and missing indexes.",
        namespace=RDS,
        measure="ReadLatency",
        threshold=0.02,
        times=10,
    ),
    Alarm(
        key="rds-write-latency",
        of="database",
        severity="warning",
        title="DB 쓰기 지연 / Writes to the database's disk are slow",
        problem="P10",
        first="대량 쓰기 작업과 체크포인트를 확인 / Look for bulk writes and checkpoints.",
        namespace=RDS,
        measure="WriteLatency",
        threshold=0.05,
        times=10,
    ),
    Alarm(
        key="rds-memory-low",
        of="database",
        severity="warning",
        title="DB 메모리 부족 / Database memory is low",
        problem="P10",
        first="연결 수와 큰 정렬을 확인 / See the number of connections and large sorts.",
        namespace=RDS,
        measure="FreeableMemory",
        comparison="<",
        threshold=128 * MIB,
        times=10,
    ),
    Alarm(
        key="rds-swap-high",
        of="database",
        severity="warning",
        title="DB 스왑 사용 / The database swaps",
        problem="P10",
        first="인스턴스 크기를 검토 / Consider a larger instance.",
        namespace=RDS,
        measure="SwapUsage",
        threshold=256 * MIB,
        times=10,
    ),
    Alarm(
        key="rds-cpu-credits-low",
        of="database",
        severity="warning",
        title="DB CPU 크레딧 소진 / CPU credits run out and are then charged for",
        problem="P10",
        first="지속 부하이면 큰 클래스로 변경 / A lasting load needs a larger class.",
        namespace=RDS,
        measure="CPUCreditBalance",
        statistic="Minimum",
        comparison="<",
        threshold=20,
        seconds=300,  # CloudWatch has one value in five minutes
        times=3,
    ),
)

SERVICE: Sequence[Alarm] = (
    Alarm(
        key="ecs-memory-high",
        of="service",
        severity="critical",
        title="태스크 메모리 부족 / Tasks are short of memory",
        problem="P14",
        first="메모리 누수를 확인하고 태스크 메모리를 올림 / Look for a leak, raise the memory.",
        namespace=ECS,
        measure="MemoryUtilization",
        threshold=90,
        times=3,
        slack_only=True,
    ),
    Alarm(
        key="ecs-cpu-high",
        of="service",
        severity="warning",
        title="태스크 CPU 과부하 / Tasks are busy although scaled out",
        problem="P16",
        first="최대 태스크 수를 검토 / Consider a higher maxTasks.",
        namespace=ECS,
        measure="CPUUtilization",
        threshold=85,
        times=10,
    ),
    Alarm(
        key="ecs-tasks-short",
        of="service",
        severity="critical",
        title="태스크 부족 / Fewer tasks run than wanted",
        problem="P11",
        first="중지된 태스크의 이유를 확인 / See why tasks stopped.",
        namespace="ECS/ContainerInsights",
        measure=TASKS_SHORT,
        threshold=0,
        times=10,  # a deployment or a step outwards takes a few minutes
    ),
)

SURROUNDINGS: Sequence[Alarm] = (
    Alarm(
        key="backup-failed",
        of="vault",
        severity="critical",
        title="백업 실패 / A weekly snapshot failed",
        problem="P04",
        first="백업 작업의 상태 메시지를 확인 / Read the job's status message.",
        namespace="AWS/Backup",
        measure="NumberOfBackupJobsFailed",
        statistic="Sum",
        threshold=0,
        seconds=3600,
        times=1,
        missing="notBreaching",
        level="L2",
    ),
    Alarm(
        key="log-archive-late",
        of="archive",
        severity="warning",
        title="로그 보관 지연 / Logs reach the archive late",
        problem="P20",
        first="Firehose 오류 로그를 확인 / Read the delivery stream's error log.",
        namespace="AWS/Firehose",
        measure="DeliveryToS3.DataFreshness",
        statistic="Maximum",
        threshold=3600,
        seconds=300,
        times=3,
    ),
)


def nat_gateways(zones: Iterable[str]) -> list[Alarm]:
    """Return an alarm for the NAT gateway of each zone."""
    return [
        Alarm(
            key=f"nat-ports-{zone}",
            of=f"nat-{zone}",
            severity="critical",
            title="NAT 포트 부족 / The NAT gateway has no port left",
            problem="P17",
            first="한 대상으로의 연결 급증을 확인 / Look for many connections to one address.",
            namespace="AWS/NATGateway",
            measure="ErrorPortAllocation",
            statistic="Sum",
            threshold=0,
            times=5,
            missing="notBreaching",
        )
        for zone in zones
    ]


def functions(names: Iterable[str]) -> list[Alarm]:
    """Return two alarms for each function: it fails, and it gave up on an event."""
    return [row for name in names for row in _function(name)]


def _function(name: str) -> tuple[Alarm, Alarm]:
    return (
        Alarm(
            key=f"{name}-errors",
            of=f"function-{name}",
            severity="warning",
            title=f"함수 오류 / The function {name} fails",
            problem="P21",
            first="함수의 로그를 확인 / Read the function's log.",
            namespace="AWS/Lambda",
            measure="Errors",
            statistic="Sum",
            threshold=0,
            seconds=300,
            times=1,
            missing="notBreaching",
        ),
        Alarm(
            key=f"{name}-dead-letters",
            of=f"queue-{name}",
            severity="critical",
            title=f"전달 실패 / The function {name} gave up on an event",
            problem="P21",
            first="대기열의 메시지를 읽고 다시 실행 / Read the queue and run it again.",
            namespace="AWS/SQS",
            measure="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            threshold=0,
            seconds=300,
            times=1,
            missing="notBreaching",
        ),
    )
