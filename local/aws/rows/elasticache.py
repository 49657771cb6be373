"""ElastiCache: replication groups and the groups they belong to."""

from local.aws.hooks import operations as hooks
from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Row, Tags
from local.aws.templates import Text

DESCRIPTION = "Managed by Pulumi"
GROUP = {"ReplicationGroupId": "{id}"}


def _tags(arn: str) -> Tags:
    return tags_by(
        {"ResourceName": arn},
        "add_tags_to_resource",
        "remove_tags_from_resource",
        "list_tags_for_resource",
        path="TagList",
    )


ROWS = {
    "aws:elasticache/subnetGroup:SubnetGroup": Row(
        "elasticache",
        create=Call(
            "create_cache_subnet_group",
            {
                "CacheSubnetGroupName": "{name}",
                "CacheSubnetGroupDescription": "{description}",
                "SubnetIds": "{subnetIds}",
                "Tags": "{tags}",
            },
        ),
        id=Text("{name}"),
        updates=(
            Call(
                "modify_cache_subnet_group",
                {
                    "CacheSubnetGroupName": "{id}",
                    "CacheSubnetGroupDescription": "{description}",
                    "SubnetIds": "{subnetIds}",
                },
                on_create=False,
            ),
        ),
        tags=_tags("arn:aws:elasticache:{region}:{account}:subnetgroup:{id}"),
        name=Name("name", 255, lower=True),
        defaults={"description": DESCRIPTION},
        held="moto can create a subnet group but neither change nor delete it",
        outputs={
            "arn": Text("arn:aws:elasticache:{region}:{account}:subnetgroup:{id}"),
            "name": "CacheSubnetGroupName",
            "description": "CacheSubnetGroupDescription",
        },
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Row(
        "elasticache",
        create=Call(
            "create_cache_parameter_group",
            {
                "CacheParameterGroupName": "{name}",
                "CacheParameterGroupFamily": "{family}",
                "Description": "{description}",
                "Tags": "{tags}",
            },
        ),
        id=Text("{name}"),
        updates=(
            Call(
                "modify_cache_parameter_group",
                {"CacheParameterGroupName": "{id}", "ParameterNameValues": "{parameters}"},
            ),
        ),
        tags=_tags("arn:aws:elasticache:{region}:{account}:parametergroup:{id}"),
        name=Name("name", 255, lower=True),
        defaults={"description": DESCRIPTION},
        rename={
            ".ParameterNameValues.name": "ParameterName",
            ".ParameterNameValues.value": "ParameterValue",
        },
        held="moto has no parameter groups of ElastiCache",
        outputs={
            "arn": Text("arn:aws:elasticache:{region}:{account}:parametergroup:{id}"),
            "name": "CacheParameterGroupName",
            "family": "CacheParameterGroupFamily",
            "parameters": "",
        },
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Row(
        "elasticache",
        create=Call(
            "create_replication_group",
            {
                "ReplicationGroupId": "{replicationGroupId}",
                "LogDeliveryConfigurations": hooks.log_deliveries(),
            },
            auto=True,
        ),
        id=Text("{replicationGroupId}"),
        updates=(
            Call(
                "modify_replication_group",
                {**GROUP, "ApplyImmediately": True},
                auto=True,
                on_create=False,
            ),
        ),
        tags=_tags("arn:aws:elasticache:{region}:{account}:replicationgroup:{id}"),
        name=Name("replicationGroupId", 40, lower=True),
        defaults={"engine": "redis"},
        rename={
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "securityGroupNames": "CacheSecurityGroupNames",
            "preferredCacheClusterAzs": "PreferredCacheClusterAZs",
            "notificationTopicArn": "NotificationTopicArn",
        },
        force=("engine",),
        ignored={
            "applyImmediately": "the local AWS applies every change at once",
            "authTokenUpdateStrategy": "goes with a change of the token, alone it is no change",
            "finalSnapshotIdentifier": "decides what a deletion does, no call carries it",
        },
        held="moto never frees the id of a deleted replication group",
        outputs={
            "arn": Text("arn:aws:elasticache:{region}:{account}:replicationgroup:{id}"),
            "engineVersionActual": "EngineVersion",
            "primaryEndpointAddress": Text("master.{id}.local.cache.amazonaws.com"),
            "readerEndpointAddress": Text("replica.{id}.local.cache.amazonaws.com"),
            "logDeliveryConfigurations": "",
            "nodeGroupConfigurations": "",
        },
    ),
}
