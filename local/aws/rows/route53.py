"""Route 53: hosted zones and records; global, so without a region."""

from local.aws.hooks import identity as hooks
from local.aws.hooks import records
from local.aws.row import Call, Read, Row, Tags
from local.aws.templates import Choice, Text

ZONE_TAGS = {"ResourceType": "hostedzone", "ResourceId": "{id}"}

ROWS = {
    "aws:route53/zone:Zone": Row(
        "route53",
        create=Call(
            "create_hosted_zone",
            {
                "Name": "{name}",
                "CallerReference": "{seed}",
                "HostedZoneConfig": {"Comment": "{comment}"},
                "DelegationSetId": "{delegationSetId}",
            },
        ),
        id="tail(HostedZone.Id)",
        read=Read("get_hosted_zone", {"Id": "{id}"}),
        listing=Read("list_hosted_zones", path="HostedZones[].{HostedZone: @}"),
        updates=(
            Call(
                "update_hosted_zone_comment",
                {"Id": "{id}", "Comment": "{comment}"},
                on_create=False,
            ),
        ),
        delete=(
            Call(
                "change_resource_record_sets",
                {"HostedZoneId": "{id}", "ChangeBatch": hooks.records_of_the_zone()},
                when="forceDestroy",
                needs="ChangeBatch",
            ),
            Call("delete_hosted_zone", {"Id": "{id}"}),
        ),
        tags=Tags(
            add=Call("change_tags_for_resource", {**ZONE_TAGS, "AddTags": "{tags}"}),
            remove=Call(
                "change_tags_for_resource", {**ZONE_TAGS, "RemoveTagKeys": "{tagKeysGone}"}
            ),
            read=Read("list_tags_for_resource", ZONE_TAGS, "ResourceTagSet.Tags"),
        ),
        defaults={"comment": "Managed by Pulumi", "forceDestroy": False},
        ignored={"forceDestroy": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": Text("arn:aws:route53:::hostedzone/{id}"),
            "zoneId": Text("{id}"),
            "name": "without_end('.', HostedZone.Name)",
            "comment": "HostedZone.Config.Comment",
            "nameServers": "DelegationSet.NameServers",
            "primaryNameServer": "DelegationSet.NameServers[0]",
        },
    ),
    "aws:route53/record:Record": Row(
        "route53",
        create=Call(
            "change_resource_record_sets",
            {
                "HostedZoneId": "{zoneId}",
                "ChangeBatch": records.change(
                    Choice("allowOverwrite", {True: "UPSERT", False: "CREATE", None: "CREATE"})
                ),
            },
        ),
        id=Text("{zoneId}_{name}_{type}"),
        read=Read(
            "list_resource_record_sets",
            {"HostedZoneId": "{zoneId}", "StartRecordName": "{name}", "StartRecordType": "{type}"},
            pick=records.pick,
        ),
        updates=(
            Call(
                "change_resource_record_sets",
                {"HostedZoneId": "{zoneId}", "ChangeBatch": records.change("UPSERT")},
                on_create=False,
            ),
        ),
        delete=(
            Call(
                "change_resource_record_sets",
                {"HostedZoneId": "{zoneId}", "ChangeBatch": records.change("DELETE")},
            ),
        ),
        force=("zoneId", "name", "type", "setIdentifier"),
        ignored={"allowOverwrite": "decides whether a creation may meet an existing record"},
        outputs={
            "fqdn": "without_end('.', Name)",
            "name": "without_end('.', Name)",
            "records": "ResourceRecords[].Value",
            "ttl": "TTL",
            "aliases": "[AliasTarget] | [?@] | [].{name: without_end('.', DNSName), "
            "zoneId: HostedZoneId, evaluateTargetHealth: EvaluateTargetHealth}",
        },
        undrifting={"name": "AWS writes it in lower case and with the domain"},
    ),
}
