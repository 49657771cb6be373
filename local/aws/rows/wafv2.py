"""WAF: web access control lists and what they protect."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

ACL = {"Name": "{name}", "Scope": "{scope}", "Id": "{id}"}
LOCKED = {**ACL, "LockToken": "{live.LockToken}"}

ROWS = {
    "aws:wafv2/webAcl:WebAcl": Row(
        "wafv2",
        create=Call("create_web_acl", auto=True),
        id="Summary.Id",
        read=Read("get_web_acl", ACL, "merge(WebACL, {LockToken: LockToken})"),
        listing=Read("list_web_acls", {"Scope": "{scope}"}, "WebACLs[].merge(@, {Summary: @})"),
        updates=(Call("update_web_acl", LOCKED, auto=True, whole=True, on_create=False),),
        delete=(Call("delete_web_acl", LOCKED),),
        tags=tags_by(
            {"ResourceARN": "{live.ARN}"},
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
            path="TagInfoForResource.TagList",
        ),
        name=Name("name", 128),
        force=("name", "scope"),
        outputs={"arn": "ARN"},
        gone=("WAFNonexistentItemException",),
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": Row(
        "wafv2",
        create=Call("associate_web_acl", auto=True),
        id=Text("{webAclArn},{resourceArn}"),
        read=Read("get_web_acl_for_resource", {"ResourceArn": "{resourceArn}"}, "WebACL"),
        delete=(Call("disassociate_web_acl", {"ResourceArn": "{resourceArn}"}),),
        identity=("resourceArn",),
        outputs={"webAclArn": "ARN"},
        gone=("WAFNonexistentItemException",),
    ),
}
