"""Budgets: what a month may cost, and who is told; global, so without a region."""

from typing import Any

from local.aws.hooks import operations as hooks
from local.aws.row import Call, Name, Read, Row, Tags
from local.aws.templates import Text

BUDGET = {"AccountId": "{account}", "BudgetName": "{name}"}
WISH: dict[str, Any] = {
    "AccountId": "{account}",
    "Budget": {
        "BudgetName": "{name}",
        "BudgetType": "{budgetType}",
        "TimeUnit": "{timeUnit}",
        "BudgetLimit": {"Amount": "{limitAmount}", "Unit": "{limitUnit}"},
        "CostFilters": hooks.filters_by_name(),
        "CostTypes": "{costTypes}",
        "TimePeriod": hooks.budget_period(),
    },
    "NotificationsWithSubscribers": hooks.budget_notifications(),
}
NO_TAGS = "moto keeps no tags of budgets"

ROWS = {
    "aws:budgets/budget:Budget": Row(
        "budgets",
        create=Call("create_budget", WISH),
        id=Text("{account}:{name}"),
        read=Read("describe_budget", BUDGET, "Budget"),
        # moto has no update_budget: the budget is made anew under its name.
        updates=(
            Call(
                "delete_budget",
                BUDGET,
                carries=(
                    "limitAmount",
                    "limitUnit",
                    "costFilters",
                    "costTypes",
                    "notifications",
                    "timePeriodStart",
                    "timePeriodEnd",
                ),
                on_create=False,
            ),
            Call("create_budget", WISH, on_create=False),
        ),
        force=("name", "budgetType", "timeUnit"),
        delete=(Call("delete_budget", BUDGET),),
        tags=Tags(
            add=Call(
                "tag_resource",
                {
                    "ResourceARN": "arn:aws:budgets::{account}:budget/{name}",
                    "ResourceTags": "{tags}",
                },
                held=NO_TAGS,
            ),
            remove=Call(
                "untag_resource",
                {
                    "ResourceARN": "arn:aws:budgets::{account}:budget/{name}",
                    "ResourceTagKeys": "{tagKeysGone}",
                },
                held=NO_TAGS,
            ),
        ),
        name=Name("name", 100),
        ignored={"accountId": "the local AWS has one account"},
        undrifting={
            "costTypes": "moto answers its own defaults",
            "timePeriodStart": "AWS answers it in another form",
            "timePeriodEnd": "AWS answers it in another form",
            "limitAmount": "AWS answers it with decimals",
        },
        outputs={
            "arn": Text("arn:aws:budgets::{account}:budget/{name}"),
            "accountId": Text("{account}"),
            "name": "BudgetName",
            "limitAmount": "BudgetLimit.Amount",
            "limitUnit": "BudgetLimit.Unit",
            "costFilters": "",
            "timePeriodStart": "",
        },
        gone=("NotFoundException",),
    ),
}
