"""The budget and the reservations."""

from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.cost import explorer
from triflow.deployed import Deployed


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "budget": _budget(stack),
        "reservations": _reservations(stack),
        "bill_by_service": {"ResultsByTime": [_day(number) for number in range(15, 0, -1)]},
        "reservation_use": {"Total": {"UtilizationPercentage": "99.5"}},
    }


def _day(ago: int) -> Json:
    """Return a day on which RDS cost three dollars, and S3 next to nothing."""
    costs = {"Amazon Relational Database Service": "3.1", "Amazon Simple Storage Service": "0.2"}
    groups = [
        {"Keys": [service], "Metrics": {explorer.METRIC: {"Amount": usd, "Unit": "USD"}}}
        for service, usd in costs.items()
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
