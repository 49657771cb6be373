"""Units of the metrics that this platform watches, and numbers as people read them.

Owns: the table. A metric that is not in it is shown without a unit.
Leaves alone: thresholds; they come with the message.
"""

GIB = 2**30
MIB = 2**20
MILLISECOND = 0.001

# metric -> symbol, and how many of CloudWatch's units make one of it
UNITS: dict[str, tuple[str, float]] = {
    "BurstBalance": ("%", 1),
    "CPUCreditBalance": ("credits", 1),
    "CPUUtilization": ("%", 1),
    "DatabaseMemoryUsagePercentage": ("%", 1),
    "DaysToExpiry": ("일", 1),
    "DeliveryToS3.DataFreshness": ("초", 1),
    "DiskQueueDepth": ("건", 1),
    "EBSByteBalance%": ("%", 1),
    "EBSIOBalance%": ("%", 1),
    "EngineCPUUtilization": ("%", 1),
    "FreeStorageSpace": ("GiB", GIB),
    "FreeableMemory": ("MiB", MIB),
    "MemoryUtilization": ("%", 1),
    "ReadLatency": ("ms", MILLISECOND),
    "SwapUsage": ("MiB", MIB),
    "TargetResponseTime": ("초", 1),
    "WriteLatency": ("ms", MILLISECOND),
    "ApproximateNumberOfMessagesVisible": ("건", 1),
    "BytesOutToDestination": ("GiB", GIB),
    "DatabaseConnections": ("개", 1),
    "DesiredTaskCount": ("개", 1),
    "ErrorPortAllocation": ("건", 1),
    "Errors": ("건", 1),
    "HealthyHostCount": ("개", 1),
    "NumberOfBackupJobsFailed": ("건", 1),
    "NumberOfNotificationsFailed": ("건", 1),
    "RunningTaskCount": ("개", 1),
    "Throttles": ("건", 1),
    "UnHealthyHostCount": ("개", 1),
}


def show(value: float, metric: str, symbol: str = "") -> str:
    """Return the value of a metric with its unit, to two decimals: `9.31 GiB`.

    `symbol` names the unit of a metric that is computed and so has none of its own.
    """
    unit, per = UNITS.get(metric, (symbol, 1))
    digits = f"{value / per:,.2f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits} {unit}".strip()


def duration(seconds: float) -> str:
    """Return a period in Korean, in the largest unit that divides it: `5분`."""
    for length, word in ((3600, "시간"), (60, "분")):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f}{word}"
    return f"{seconds:.0f}초"
