"""All samples by name: one for each token at least."""

from tests.local.aws.sample import Sample
from tests.local.aws.samples_account import ACCOUNT
from tests.local.aws.samples_entry import ENTRY
from tests.local.aws.samples_network import NETWORK
from tests.local.aws.samples_operations import OPERATIONS
from tests.local.aws.samples_services import SERVICES

SAMPLES: dict[str, Sample] = {**NETWORK, **ACCOUNT, **ENTRY, **SERVICES, **OPERATIONS}
