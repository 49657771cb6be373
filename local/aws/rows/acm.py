"""ACM: certificates. The local AWS issues every one within a minute, whatever the DNS says."""

from local.aws.hooks import identity as hooks
from local.aws.idioms import each_described
from local.aws.row import Call, Read, Row, Tags
from local.aws.templates import Text

CERTIFICATE = {"CertificateArn": "{id}"}

ROWS = {
    "aws:acm/certificate:Certificate": Row(
        "acm",
        create=Call("request_certificate", {"IdempotencyToken": hooks.short_token()}, auto=True),
        id="CertificateArn",
        read=Read("describe_certificate", CERTIFICATE, "Certificate"),
        listing=each_described(
            Read("list_certificates", path="CertificateSummaryList[].CertificateArn"),
            "acm",
            Read("describe_certificate", CERTIFICATE, "Certificate"),
        ),
        updates=(
            Call(
                "update_certificate_options",
                {**CERTIFICATE, "Options": "{options}"},
                held="moto cannot change the options of a certificate",
                on_create=False,
            ),
        ),
        delete=(Call("delete_certificate", CERTIFICATE),),
        tags=Tags(
            add=Call("add_tags_to_certificate", {**CERTIFICATE, "Tags": "{tags}"}),
            remove=Call("remove_tags_from_certificate", {**CERTIFICATE, "Tags": hooks.keys_gone()}),
            read=Read("list_tags_for_certificate", CERTIFICATE, "Tags"),
        ),
        undrifting={
            "options": "moto cannot change them",
            "subjectAlternativeNames": "AWS adds the domain name itself",
            "validationMethod": "AWS answers it for each domain",
        },
        outputs={
            "arn": "CertificateArn",
            "domainValidationOptions": "DomainValidationOptions[].{domainName: DomainName, "
            "resourceRecordName: ResourceRecord.Name, resourceRecordType: ResourceRecord.Type, "
            "resourceRecordValue: ResourceRecord.Value}",
            "options": "",
            "subjectAlternativeNames": hooks.other_names(),
            "validationMethod": "DomainValidationOptions[0].ValidationMethod",
            "renewalSummaries": "",
        },
    ),
    "aws:acm/certificateValidation:CertificateValidation": Row(
        "acm",
        create=Call("describe_certificate", {"CertificateArn": "{certificateArn}"}),
        id=Text("{certificateArn}"),
        read=Read("describe_certificate", CERTIFICATE, "Certificate"),
        indelible="it is only the moment at which a certificate became valid",
        ignored={
            "validationRecordFqdns": "moto issues a certificate by itself, it asks no DNS",
        },
        force=("validationRecordFqdns",),
    ),
}
