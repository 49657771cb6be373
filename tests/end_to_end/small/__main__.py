"""Enough resources for an update to be caught in the middle: a network, groups, a kept bucket.

By their types' names: the classes of EC2 alone would take half of a run's time.
"""

import pulumi
import pulumi_aws as aws

GROUPS = 12
provider = aws.Provider("aws", region="ap-northeast-2", allowed_account_ids=["123456789012"])
guarded = pulumi.ResourceOptions(provider=provider, protect=True, retain_on_delete=True)
plain = pulumi.ResourceOptions(provider=provider)


def made(
    kind: str, name: str, inputs: dict[str, pulumi.Input[str]], opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    """Register a resource of AWS."""
    return pulumi.CustomResource(f"aws:{kind}", name, inputs, opts)


vpc = made("ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16"}, guarded)
made("s3/bucket:Bucket", "kept", {"bucket": f"kept-{pulumi.get_stack()}"}, guarded)
for number in range(GROUPS):
    # Named by the provider: one made twice would not be noticed by AWS.
    made("ec2/securityGroup:SecurityGroup", f"group-{number}", {"vpcId": vpc.id}, plain)
pulumi.export("vpc_id", vpc.id)
