"""The sizes of task that Fargate sells: not every amount of memory goes with every CPU (ADR C2)."""

from typing import Final

# Memory in MiB by CPU units (1024 are one vCPU). Source: "Task CPU and memory", ECS guide.
PAIRS: Final = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}


def is_legal(cpu: int, memory_mb: int) -> bool:
    """Whether Fargate runs a task of this size."""
    return memory_mb in PAIRS.get(cpu, ())


def next_memory(cpu: int, memory_mb: int) -> int:
    """Return the least memory that goes with the CPU and is enough, or else the most there is.

    Raises:
        KeyError: Fargate sells no such CPU.
    """
    enough = [size for size in PAIRS[cpu] if size >= memory_mb]
    return enough[0] if enough else PAIRS[cpu][-1]
