"""RDS: instances and the groups they belong to."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row, Tags
from local.aws.templates import Added, Text, removed

DESCRIPTION = "Managed by Pulumi"
INSTANCE = {"DBInstanceIdentifier": "{id}"}
NOW = {**INSTANCE, "ApplyImmediately": True}


def _tags(arn: str) -> dict[str, str]:
    return {"ResourceName": arn}


def _tagged(arn: str) -> Tags:
    owner = _tags(arn)
    return tags_by(
        owner,
        "add_tags_to_resource",
        "remove_tags_from_resource",
        "list_tags_for_resource",
        path="TagList",
    )


ROWS = {
    "aws:rds/instance:Instance": Row(
        "rds",
        create=Call("create_db_instance", {"DBInstanceIdentifier": "{identifier}"}, auto=True),
        id=Text("{identifier}"),
        read=Read("describe_db_instances", INSTANCE, "DBInstances[0]"),
        updates=(
            Call(
                "modify_db_instance",
                {**NOW, "AllowMajorVersionUpgrade": "{allowMajorVersionUpgrade}"},
                auto=True,
                on_create=False,
            ),
            Call(
                "modify_db_instance",
                {
                    **NOW,
                    "CloudwatchLogsExportConfiguration": {
                        "EnableLogTypes": Added("enabledCloudwatchLogsExports"),
                        "DisableLogTypes": removed("enabledCloudwatchLogsExports"),
                    },
                },
                on_create=False,
            ),
            Call("modify_db_instance", {**NOW, "DBPortNumber": "{port}"}, on_create=False),
        ),
        delete=(
            Call(
                "delete_db_instance",
                {
                    **INSTANCE,
                    "SkipFinalSnapshot": "{skipFinalSnapshot}",
                    "FinalDBSnapshotIdentifier": "{finalSnapshotIdentifier}",
                    "DeleteAutomatedBackups": "{deleteAutomatedBackups}",
                },
            ),
        ),
        tags=_tagged("{live.DBInstanceArn}"),
        name=Name("identifier", 63, lower=True),
        defaults={
            "applyImmediately": False,
            "autoMinorVersionUpgrade": True,
            "copyTagsToSnapshot": False,
            "deleteAutomatedBackups": True,
            "monitoringInterval": 0,
            "performanceInsightsEnabled": False,
            "publiclyAccessible": False,
            "skipFinalSnapshot": False,
        },
        rename={
            "backupWindow": "PreferredBackupWindow",
            "instanceClass": "DBInstanceClass",
            "parameterGroupName": "DBParameterGroupName",
            "username": "MasterUsername",
            "password": "MasterUserPassword",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "caCertIdentifier": "CACertificateIdentifier",
            "customerOwnedIpEnabled": "EnableCustomerOwnedIp",
        },
        force=("engine", "identifier"),
        ignored={
            "maintenanceWindow": "moto refuses windows that touch, on any weekday; RDS takes them",
            "applyImmediately": "the local AWS applies every change at once",
            "allowMajorVersionUpgrade": "goes with a change of the version, alone it is no change",
            "skipFinalSnapshot": "decides what a deletion does, no call carries it",
            "finalSnapshotIdentifier": "decides what a deletion does, no call carries it",
            "deleteAutomatedBackups": "decides what a deletion does, no call carries it",
        },
        undrifting={
            "engineVersion": "a major version stands for the newest minor one",
            "enabledCloudwatchLogsExports": "moto forgets what modify_db_instance changed",
        },
        reset={"deletionProtection": False, "multiAz": False},
        outputs={
            "address": "Endpoint.Address",
            "arn": "DBInstanceArn",
            "caCertIdentifier": "CACertificateIdentifier",
            "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
            "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "endpoint": Text("{live.Endpoint.Address}:{live.Endpoint.Port}"),
            "engineVersionActual": "EngineVersion",
            "hostedZoneId": "Endpoint.HostedZoneId",
            "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
            "masterUserSecrets": "[MasterUserSecret] | [?@]",
            "masterUserSecretKmsKeyId": "MasterUserSecret.KmsKeyId",
            "optionGroupName": "OptionGroupMemberships[0].OptionGroupName",
            "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
            "performanceInsightsEnabled": "PerformanceInsightsEnabled",
            "port": "Endpoint.Port",
            "replicas": "ReadReplicaDBInstanceIdentifiers",
            "resourceId": "DbiResourceId",
            "status": "DBInstanceStatus",
            "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
        gone=("DBInstanceNotFound",),
    ),
    "aws:rds/parameterGroup:ParameterGroup": Row(
        "rds",
        create=Call(
            "create_db_parameter_group",
            {
                "DBParameterGroupName": "{name}",
                "DBParameterGroupFamily": "{family}",
                "Description": "{description}",
                "Tags": "{tags}",
            },
        ),
        id=Text("{name}"),
        read=Read(
            "describe_db_parameter_groups",
            {"DBParameterGroupName": "{id}"},
            "DBParameterGroups[0]",
        ),
        updates=(
            Call("modify_db_parameter_group", {"DBParameterGroupName": "{id}"}, auto=True),
            Call(
                "reset_db_parameter_group",
                {"DBParameterGroupName": "{id}"},
                carries=("parameters",),
                held="moto cannot reset a parameter: one that is removed keeps its value there",
                on_create=False,
            ),
        ),
        delete=(Call("delete_db_parameter_group", {"DBParameterGroupName": "{id}"}),),
        tags=_tagged("{live.DBParameterGroupArn}"),
        name=Name("name", 255, lower=True),
        defaults={"description": DESCRIPTION, "skipDestroy": False},
        rename={
            "name": "DBParameterGroupName",
            "family": "DBParameterGroupFamily",
            "parameters.name": "ParameterName",
            "parameters.value": "ParameterValue",
        },
        ignored={"skipDestroy": "decides what a deletion does, no call carries it"},
        undrifting={"parameters": "moto keeps the values of removed ones"},
        outputs={"arn": "DBParameterGroupArn", "parameters": ""},
    ),
    "aws:rds/subnetGroup:SubnetGroup": Row(
        "rds",
        create=Call("create_db_subnet_group", {"DBSubnetGroupName": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read("describe_db_subnet_groups", {"DBSubnetGroupName": "{id}"}, "DBSubnetGroups[0]"),
        # moto loses a subnet group when it modifies it: it is made anew under its name.
        updates=(
            Call(
                "modify_db_subnet_group", {"DBSubnetGroupName": "{id}"}, auto=True, on_create=False
            ),
            Call(
                "create_db_subnet_group",
                {
                    "DBSubnetGroupName": "{id}",
                    "DBSubnetGroupDescription": "{description}",
                    "SubnetIds": "{subnetIds}",
                    "Tags": "{tags}",
                },
                on_create=False,
            ),
        ),
        delete=(Call("delete_db_subnet_group", {"DBSubnetGroupName": "{id}"}),),
        tags=_tagged("{live.DBSubnetGroupArn}"),
        name=Name("name", 255, lower=True),
        defaults={"description": DESCRIPTION},
        rename={"description": "DBSubnetGroupDescription", "name": "DBSubnetGroupName"},
        outputs={"arn": "DBSubnetGroupArn", "subnetIds": "Subnets[].SubnetIdentifier"},
    ),
    "aws:rds/eventSubscription:EventSubscription": Row(
        "rds",
        create=Call(
            "create_event_subscription",
            {"SubscriptionName": "{name}", "SnsTopicArn": "{snsTopic}"},
            auto=True,
        ),
        id=Text("{name}"),
        updates=(
            Call(
                "modify_event_subscription",
                {
                    "SubscriptionName": "{id}",
                    "SnsTopicArn": "{snsTopic}",
                    "Enabled": "{enabled}",
                    "EventCategories": "{eventCategories}",
                    "SourceType": "{sourceType}",
                },
                on_create=False,
            ),
        ),
        tags=_tagged("{live.EventSubscriptionArn}"),
        name=Name("name", 255),
        defaults={"enabled": True},
        held="moto can create a subscription but not change it, and sends no event",
        outputs={
            "arn": Text("arn:aws:rds:{region}:{account}:es:{id}"),
            "snsTopic": "SnsTopicArn",
            "customerAwsId": Text("{account}"),
        },
    ),
}
