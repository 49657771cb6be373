"""An image's name, taken apart."""

import pytest

from triflow.doctor.images import Image, parsed

ECR = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
DIGEST = "sha256:63805ebb"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (f"{ECR}/backend:1.0.0", Image("123456789012", "backend", "1.0.0", "")),
        (f"{ECR}/team/backend", Image("123456789012", "team/backend", "latest", "")),
        (f"{ECR}/backend@{DIGEST}", Image("123456789012", "backend", "", DIGEST)),
        (f"{ECR}/backend:1.0.0@{DIGEST}", Image("123456789012", "backend", "1.0.0", DIGEST)),
        ("localhost:5000/backend", Image(None, "localhost:5000/backend", "latest", "")),
        ("quay.io/a/b:v3", Image(None, "quay.io/a/b", "v3", "")),
    ],
)
def test_every_part_of_a_name_has_its_place(name: str, parts: Image) -> None:
    """A port is no tag, a nested repository keeps its path, a digest wants no tag."""
    assert parsed(name) == parts
