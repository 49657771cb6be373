"""Enough resources for an update to be caught in the middle: a network, groups, a kept bucket."""

import pulumi
import pulumi_aws as aws

GROUPS = 12
provider = aws.Provider("aws", region="ap-northeast-2", allowed_account_ids=["123456789012"])
guarded = pulumi.ResourceOptions(provider=provider, protect=True, retain_on_delete=True)
plain = pulumi.ResourceOptions(provider=provider)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=guarded)
bucket = aws.s3.Bucket("kept", bucket=f"kept-{pulumi.get_stack()}", opts=guarded)
for number in range(GROUPS):
    # Named by the provider: one made twice would not be noticed by AWS.
    aws.ec2.SecurityGroup(f"group-{number}", vpc_id=vpc.id, opts=plain)
pulumi.export("vpc_id", vpc.id)
