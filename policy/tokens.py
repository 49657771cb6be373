"""Type tokens by the names the rules use. A token is permanent: it names a kind of thing in AWS."""

from typing import Final

# network
VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
ROUTE_TABLE: Final = "aws:ec2/routeTable:RouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
EIP: Final = "aws:ec2/eip:Eip"
VPC_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_ASSOCIATION: Final = (
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
)
DEFAULT_SECURITY_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"

# security groups
SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
SECURITY_GROUP_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

# storage
BUCKET: Final = "aws:s3/bucket:Bucket"
BUCKET_ACL: Final = "aws:s3/bucketAcl:BucketAcl"
BUCKET_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_NOTIFICATION: Final = "aws:s3/bucketNotification:BucketNotification"
BUCKET_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_PUBLIC_ACCESS_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BUCKET_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
BUCKET_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"

# images, names, logs
ECR_REPOSITORY: Final = "aws:ecr/repository:Repository"
ECR_LIFECYCLE: Final = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ZONE: Final = "aws:route53/zone:Zone"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"

# what the account records of itself
TRAIL: Final = "aws:cloudtrail/trail:Trail"

# identity
ROLE: Final = "aws:iam/role:Role"
IAM_POLICY: Final = "aws:iam/policy:Policy"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
OIDC_PROVIDER: Final = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"

# database, its backups and its hours
DB_INSTANCE: Final = "aws:rds/instance:Instance"
DB_PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
DB_SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
BACKUP_PLAN: Final = "aws:backup/plan:Plan"
BACKUP_SELECTION: Final = "aws:backup/selection:Selection"
BACKUP_VAULT: Final = "aws:backup/vault:Vault"
SCALING_TARGET: Final = "aws:appautoscaling/target:Target"
SCHEDULED_ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
SCHEDULE_GROUP: Final = "aws:scheduler/scheduleGroup:ScheduleGroup"
EVENT_RULE: Final = "aws:cloudwatch/eventRule:EventRule"

# load balancing, compute, functions, secrets
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
CERTIFICATE_VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
DNS_RECORD: Final = "aws:route53/record:Record"
ECS_CLUSTER: Final = "aws:ecs/cluster:Cluster"
CAPACITY_PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
SCALING_POLICY: Final = "aws:appautoscaling/policy:Policy"
METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
EVENT_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
FUNCTION_PERMISSION: Final = "aws:lambda/permission:Permission"
FUNCTION_URL: Final = "aws:lambda/functionUrl:FunctionUrl"
INVOKE_CONFIG: Final = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
QUEUE: Final = "aws:sqs/queue:Queue"
SECRET_VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105  # likewise

# layers that come later, named where a rule of today already guards them
LOAD_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
ECS_SERVICE: Final = "aws:ecs/service:Service"
FUNCTION: Final = "aws:lambda/function:Function"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  # a type token, not a secret
KMS_KEY: Final = "aws:kms/key:Key"

# monitoring, cost, and what comes later
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
TOPIC_SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
DB_EVENTS: Final = "aws:rds/eventSubscription:EventSubscription"
LOG_STREAM: Final = "aws:cloudwatch/logStream:LogStream"
LOG_SUBSCRIPTION: Final = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
DELIVERY_STREAM: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
DASHBOARD: Final = "aws:cloudwatch/dashboard:Dashboard"
QUERY: Final = "aws:cloudwatch/queryDefinition:QueryDefinition"
BUDGET: Final = "aws:budgets/budget:Budget"
CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
CACHE_SUBNETS: Final = "aws:elasticache/subnetGroup:SubnetGroup"
WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"

# the engine's own
STACK: Final = "pulumi:pulumi:Stack"
STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
AWS_PROVIDER: Final = "pulumi:providers:aws"

# Every resource of AWS, in a rule's list of tokens.
ANY_AWS: Final = "aws:*"
