"""What the AWS account of TriFlow AI has once, and every environment builds on.

An administrator brings it up; CI cannot, since its own roles are made here.
"""

from program import startup  # isort: skip - first: it speeds up every import below

import pulumi
import pulumi_aws as aws

from components import tags
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from foundation import foundation_settings
from foundation.ci_roles import CiRoles, CiRolesArgs
from foundation.image_repository import ImageRepository, ImageRepositoryArgs
from foundation.trail import Trail, TrailArgs
from foundation.zone import HostedZone, HostedZoneArgs

startup.imported()

config = foundation_settings.load()

provider = aws.Provider(
    "aws",
    region=foundation_settings.REGION,
    allowed_account_ids=[config.account_id],
    default_tags={"tags": tags.common("foundation", config.cost_center)},
)
in_account = pulumi.ResourceOptions(providers=[provider])

zone = HostedZone("zone", HostedZoneArgs(domain=config.domain), in_account)
images = ImageRepository("images", ImageRepositoryArgs(repository="triflow-ai-backend"), in_account)
state = PrivateBucket(
    "state",
    PrivateBucketArgs(
        bucket_name=config.state_bucket_name, layer="foundation", protect=True, retain=True
    ),
    in_account,
)
trail = Trail(
    "trail",
    TrailArgs(
        account_id=config.account_id,
        region=foundation_settings.REGION,
        trail_name="triflow-management-events",
        bucket_name=config.trail_bucket_name,
    ),
    in_account,
)
ci = CiRoles(
    "ci",
    CiRolesArgs(
        account_id=config.account_id,
        region=foundation_settings.REGION,
        domain=config.domain,
        github_repository=config.github_repository,
        state_bucket_name=config.state_bucket_name,
        image_repository="triflow-ai-backend",
    ),
    in_account,
)

pulumi.export("zone_id", zone.zone_id)
pulumi.export("zone_name_servers", zone.name_servers)
pulumi.export("domain", config.domain)
pulumi.export("ecr_repository_url", images.repository_url)
pulumi.export("state_bucket_name", config.state_bucket_name)
pulumi.export("trail_arn", trail.trail_arn)
pulumi.export("ci_preview_role_arn", ci.preview_role_arn)
pulumi.export("ci_deploy_role_arn", ci.deploy_role_arn)
