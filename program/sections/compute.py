"""Settings of the service: image, size, number of tasks, canary (ADR C2, C3, C6, C10, L9)."""

from collections.abc import Iterable, Mapping
from re import fullmatch
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from components import fargate
from program.stack_config import Mistake, Section

# A tag that ECR takes, or a digest. `latest` says nothing about what runs.
IMAGE: Final = r"sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
MOST_TASKS: Final = 10
LARGEST_CANARY: Final = 50  # percent of the visitors; the larger half is the service itself


def _image(text: str) -> str:
    if text == "latest" or not fullmatch(IMAGE, text):
        raise ValueError("no tag and no digest")
    return text


Image = Annotated[
    str,
    AfterValidator(_image),
    Field(
        description="a tag (not latest) or a digest sha256:... of the repository, in quotes",
        examples=["1.0.0"],
    ),
]
Tasks = Annotated[
    int, Field(ge=1, le=MOST_TASKS, description=f"a whole number from 1 to {MOST_TASKS}")
]


class Compute(Section):
    """One service of equal tasks; CPU in units, memory in MiB."""

    image: Image
    cpu: int = Field(default=1024, description="CPU units of Fargate", examples=["1024"])
    memory: int = Field(default=2048, description="MiB that go with the CPU", examples=["2048"])
    min_tasks: Tasks = Field(examples=["2"])
    max_tasks: Tasks = Field(examples=["5"])
    remote_write_url: str = Field(
        default="https://prometheus.triflow-ai.com/api/v1/write",
        pattern=r"^https://[a-z0-9.-]+(:\d+)?/\S*$",
        description="the https address at which the existing Prometheus takes remote writes",
        examples=["https://prometheus.triflow-ai.com/api/v1/write"],
    )
    canary_image: Image | None = Field(
        default=None,
        description="a tag (not latest) or a digest sha256:... of the repository, in quotes",
        examples=["1.0.1"],
    )
    canary_percent: int = Field(
        default=0,
        ge=0,
        le=LARGEST_CANARY,
        description=f"a whole number from 0 to {LARGEST_CANARY}",
        examples=["10"],
    )


def mistakes(raw: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name what ECS would refuse, or what would send visitors to nobody.

    Unreadable values are left to their type.
    """
    yield from _size(raw.get("cpu", 1024), raw.get("memory", 2048))
    least, most = raw.get("minTasks"), raw.get("maxTasks")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        fact = f"is {most}, less than minTasks {least} (ADR C3)"
        yield Mistake("compute.maxTasks", fact, {"compute.maxTasks": str(least)})
    if raw.get("canaryPercent") and not raw.get("canaryImage"):
        fact = "sends visitors to a canary, but compute.canaryImage is missing (ADR L9)"
        yield Mistake("compute.canaryPercent", fact, {"compute.canaryPercent": "0"})


def _size(cpu: object, memory: object) -> Iterable[Mistake]:
    """Fargate's pairs (ADR C2)."""
    if not isinstance(cpu, int) or not isinstance(memory, int):
        return
    if cpu not in fargate.PAIRS:
        sizes = ", ".join(map(str, fargate.PAIRS))
        yield Mistake("compute.cpu", f"is {cpu}; Fargate has {sizes}", {"compute.cpu": "1024"})
    elif not fargate.is_legal(cpu, memory):
        legal = str(fargate.next_memory(cpu, memory))
        fact = f"is {memory}, which Fargate does not sell with cpu {cpu}"
        yield Mistake("compute.memory", fact, {"compute.memory": legal})
