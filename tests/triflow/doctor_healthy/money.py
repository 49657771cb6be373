"""The budget and the reservations."""

from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {"budget": _budget(stack), "reservations": _reservations(stack)}


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
