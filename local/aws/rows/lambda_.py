"""Lambda: functions, who may call them, what happens when they fail."""

from local.aws.hooks import operations as hooks
from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

FUNCTION = {"FunctionName": "{id}"}
CODE = {
    "ZipFile": "{code}",
    "ImageUri": "{imageUri}",
    "S3Bucket": "{s3Bucket}",
    "S3Key": "{s3Key}",
    "S3ObjectVersion": "{s3ObjectVersion}",
}
ARN = "arn:aws:lambda:{region}:{account}:function:{id}"
INVOKED = "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/"

ROWS = {
    "aws:lambda/function:Function": Row(
        "lambda",
        create=Call("create_function", {"FunctionName": "{name}", "Code": CODE}, auto=True),
        id=Text("{name}"),
        read=Read("get_function", FUNCTION, "Configuration"),
        updates=(
            Call("update_function_code", {**FUNCTION, **CODE}, on_create=False),
            Call("update_function_configuration", FUNCTION, auto=True, on_create=False),
            Call(
                "put_function_concurrency",
                {**FUNCTION, "ReservedConcurrentExecutions": "{reservedConcurrentExecutions}"},
                when="reservedConcurrentExecutions >= `0`",
            ),
            Call(
                "delete_function_concurrency",
                FUNCTION,
                carries=("reservedConcurrentExecutions",),
                when="reservedConcurrentExecutions < `0`",
                on_create=False,
            ),
        ),
        delete=(Call("delete_function", FUNCTION),),
        tags=tags_by({"Resource": ARN}, "tag_resource", "untag_resource", "list_tags"),
        name=Name("name", 64),
        defaults={
            "memorySize": 128,
            "packageType": "Zip",
            "publish": False,
            "reservedConcurrentExecutions": -1,
            "skipDestroy": False,
            "timeout": 3,
        },
        rename={"name": "FunctionName"},
        open_enums=("Runtime",),
        ignored={
            "codeSha256": "only tells the engine that the content changed",
            "publish": "the local AWS is asked for no versions",
            "skipDestroy": "decides what a deletion does, no call carries it",
            "sourceCodeHash": "only tells the engine that the content changed",
        },
        force=("packageType",),
        outputs={
            "arn": Text(ARN),
            "codeSha256": "CodeSha256",
            "sourceCodeHash": "CodeSha256",
            "sourceCodeSize": "CodeSize",
            "invokeArn": Text(f"{INVOKED}{ARN}/invocations"),
            "qualifiedArn": Text(f"{ARN}:{{live.Version}}"),
            "qualifiedInvokeArn": Text(f"{INVOKED}{ARN}:{{live.Version}}/invocations"),
            "responseStreamingInvokeArn": Text(
                f"arn:aws:apigateway:{{region}}:lambda:path/2021-11-15/functions/{ARN}/response-streaming-invocations"
            ),
        },
    ),
    "aws:lambda/permission:Permission": Row(
        "lambda",
        create=Call("add_permission", {"FunctionName": "{function}"}, auto=True),
        id=Text("{function}/{statementId}"),
        read=Read(
            "get_policy",
            {"FunctionName": "{function}", "Qualifier": "{qualifier}"},
            pick=hooks.statement_of_policy,
        ),
        delete=(
            Call(
                "remove_permission",
                {
                    "FunctionName": "{function}",
                    "StatementId": "{statementId}",
                    "Qualifier": "{qualifier}",
                },
            ),
        ),
        name=Name("statementId", 100),
        outputs={
            "action": "Action",
            "principal": "Principal.Service",
            "sourceArn": 'Condition.ArnLike."AWS:SourceArn"',
            "sourceAccount": 'Condition.StringEquals."AWS:SourceAccount"',
        },
        undrifting={"principal": "AWS answers a service and an account in different places"},
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": Row(
        "lambda",
        create=Call("put_function_event_invoke_config", auto=True),
        id=Text("{functionName}"),
        read=Read(
            "get_function_event_invoke_config",
            {"FunctionName": "{functionName}", "Qualifier": "{qualifier}"},
        ),
        delete=(
            Call(
                "delete_function_event_invoke_config",
                {"FunctionName": "{functionName}", "Qualifier": "{qualifier}"},
            ),
        ),
        put=True,
        force=("functionName", "qualifier"),
        defaults={"maximumRetryAttempts": 2},
    ),
}
