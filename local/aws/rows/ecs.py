"""ECS: clusters, task definitions, services. moto starts no task: a service never has one."""

from local.aws.hooks import serving as hooks
from local.aws.idioms import each_described, tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Choice, Given, Text

TAGS = tags_by(
    {"resourceArn": "{id}"},
    "tag_resource",
    "untag_resource",
    "list_tags_for_resource",
    tags="tags",
    keys="tagKeys",
)
INCLUDED = ["SETTINGS", "CONFIGURATIONS", "TAGS"]
NETWORK = {
    "awsvpcConfiguration": {
        "subnets": "{networkConfiguration.subnets}",
        "securityGroups": "{networkConfiguration.securityGroups}",
        "assignPublicIp": Choice(
            "networkConfiguration.assignPublicIp", {True: "ENABLED", False: "DISABLED"}
        ),
    }
}
DEPLOYMENT = {
    "deploymentConfiguration": {
        "deploymentCircuitBreaker": "{deploymentCircuitBreaker}",
        "maximumPercent": "{deploymentMaximumPercent}",
        "minimumHealthyPercent": "{deploymentMinimumHealthyPercent}",
        "alarms": "{alarms}",
        "strategy": "{deploymentConfiguration.strategy}",
        "bakeTimeInMinutes": "{deploymentConfiguration.bakeTimeInMinutes}",
    },
    "networkConfiguration": Given("networkConfiguration", NETWORK),
}
SERVICE = {"cluster": hooks.cluster_of_service(), "service": "{id}"}

ROWS = {
    "aws:ecs/cluster:Cluster": Row(
        "ecs",
        create=Call("create_cluster", {"clusterName": "{name}"}, auto=True),
        id="cluster.clusterArn",
        read=Read(
            "describe_clusters",
            {"clusters": ["{id}"], "include": INCLUDED},
            "clusters[?status!='INACTIVE'] | [0]",
        ),
        updates=(
            Call(
                "update_cluster",
                {
                    "cluster": "{id}",
                    "settings": "{settings}",
                    "configuration": "{configuration}",
                    "serviceConnectDefaults": "{serviceConnectDefaults}",
                },
                on_create=False,
            ),
        ),
        delete=(Call("delete_cluster", {"cluster": "{id}"}),),
        tags=TAGS,
        name=Name("name", 255),
        outputs={"arn": "clusterArn", "name": "clusterName"},
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Row(
        "ecs",
        create=Call(
            "put_cluster_capacity_providers",
            {
                "cluster": "{clusterName}",
                "capacityProviders": "{capacityProviders || `[]`}",
                "defaultCapacityProviderStrategy": "{defaultCapacityProviderStrategies || `[]`}",
            },
        ),
        id=Text("{clusterName}"),
        read=Read(
            "describe_clusters",
            {"clusters": ["{id}"]},
            "clusters[?status=='ACTIVE' && capacityProviders] | [0]",
        ),
        delete=(
            Call(
                "put_cluster_capacity_providers",
                {
                    "cluster": "{id}",
                    "capacityProviders": hooks.nothing(),
                    "defaultCapacityProviderStrategy": hooks.nothing(),
                },
            ),
        ),
        put=True,
        force=("clusterName",),
        outputs={
            "clusterName": "clusterName",
            "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy",
        },
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Row(
        "ecs",
        create=Call("register_task_definition", auto=True),
        # The AWS provider takes the family for the id; here it is the ARN with the revision,
        # so that a revision can be found and deregistered by its id alone.
        id="taskDefinition.taskDefinitionArn",
        read=Read(
            "describe_task_definition",
            {"taskDefinition": "{id}"},
            "[taskDefinition] | [?status=='ACTIVE'] | [0]",
        ),
        listing=each_described(
            # The newest first: an older revision may say the same, and be kept.
            Read(
                "list_task_definitions",
                {"familyPrefix": "{family}"},
                "reverse(taskDefinitionArns)",
            ),
            "ecs",
            Read("describe_task_definition", {"taskDefinition": "{id}"}, "taskDefinition"),
        ),
        delete=(
            Call("deregister_task_definition", {"taskDefinition": "{id}"}, when="!skipDestroy"),
        ),
        tags=TAGS,
        defaults={"skipDestroy": False, "trackLatest": False},
        ignored={
            "skipDestroy": "decides what a deletion does, no call carries it",
            "trackLatest": "a revision made behind the stack's back is not looked for",
        },
        outputs={
            "arn": "taskDefinitionArn",
            "arnWithoutRevision": "join(':', split(':', taskDefinitionArn)[:-1])",
        },
        gone=("ClientException",),
    ),
    "aws:ecs/service:Service": Row(
        "ecs",
        create=Call(
            "create_service",
            {"serviceName": "{name}", "role": "{iamRole}", **DEPLOYMENT},
            auto=True,
        ),
        id="service.serviceArn",
        read=Read(
            "describe_services",
            {"cluster": hooks.cluster_of_service(), "services": ["{id}"]},
            "services[?status!='INACTIVE'] | [0]",
        ),
        updates=(
            Call(
                "update_service",
                {**SERVICE, "forceNewDeployment": "{forceNewDeployment}", **DEPLOYMENT},
                auto=True,
                carries=("triggers",),
                on_create=False,
            ),
        ),
        delete=(
            Call("update_service", {**SERVICE, "desiredCount": 0}),
            Call("delete_service", {**SERVICE, "force": "{forceDelete}"}),
        ),
        tags=TAGS,
        name=Name("name", 255),
        defaults={
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "enableEcsManagedTags": False,
            "enableExecuteCommand": False,
            "schedulingStrategy": "REPLICA",
            "waitForSteadyState": False,
        },
        force=("cluster", "launchType", "schedulingStrategy", "deploymentController"),
        ignored={
            "waitForSteadyState": "moto starts no task, so a service never becomes steady",
            "sigintRollback": "there is no wait that could be interrupted",
            "forceDelete": "decides what a deletion does, no call carries it",
        },
        outputs={
            "arn": "serviceArn",
            "name": "serviceName",
            "cluster": "clusterArn",
            "iamRole": "roleArn",
            "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
            "deploymentConfiguration": "",
            "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
            "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
            "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
            "alarms": "deploymentConfiguration.alarms",
            "serviceRegistries": "",
            "triggers": "",
        },
        undrifting={"cluster": "given as a name, answered as an ARN"},
        gone=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
}
