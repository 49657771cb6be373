"""The budget and the reservations."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from tests.triflow.doctor_stack import NOW, Json
from triflow.cost import explorer
from triflow.deployed import Deployed

# Dollars of a day.
SERVICES: Final = {
    "Amazon Relational Database Service": "3.1",
    "Amazon Simple Storage Service": "4.2E-9",
}
USAGES: Final = {
    "APN2-NatGateway-Hours": "1.416",
    "APN2-NatGateway-Bytes": "0.03",
    "APN2-DataTransfer-Out-Bytes": "0.5",
    "APN2-APN1-AWS-Out-Bytes": "0.1",
}


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "budget": _budget(stack),
        "reservations": _reservations(stack),
        "bill_by_service": _bill(SERVICES),
        "bill_by_usage": _bill(USAGES),
        "reservation_use": {"Total": {"UtilizationPercentage": "99.5"}},
    }


def _bill(costs: Mapping[str, str]) -> Json:
    return {"ResultsByTime": [_day(ago, costs) for ago in range(15, 0, -1)]}


def _day(ago: int, costs: Mapping[str, str]) -> Json:
    groups = [
        {"Keys": [name], "Metrics": {explorer.METRIC: {"Amount": usd, "Unit": "USD"}}}
        for name, usd in costs.items()
    ]
    start = (NOW - timedelta(days=ago)).date().isoformat()
    return {"TimePeriod": {"Start": start}, "Groups": groups}


def _budget(stack: Deployed) -> Json:
    limit = {"Amount": stack.inputs("budget-monthly")["limitAmount"], "Unit": "USD"}
    shares = {"ActualSpend": 0.4, "ForecastedSpend": 0.7}
    usd = float(limit["Amount"])
    spend = {key: {"Amount": f"{share * usd:.2f}"} for key, share in shares.items()}
    return {"Budget": {"BudgetLimit": limit, "CalculatedSpend": spend}}


def _reservations(stack: Deployed) -> Json:
    row = {
        "ReservedDBInstanceId": "for-a-year",
        "DBInstanceClass": stack.inputs("database-instance")["instanceClass"],
        "ProductDescription": "postgresql",
        "MultiAZ": True,
        "DBInstanceCount": 1,
        "State": "active",
        "StartTime": NOW - timedelta(days=100),
        "Duration": 31_536_000,
    }
    return {"ReservedDBInstances": [row]}
