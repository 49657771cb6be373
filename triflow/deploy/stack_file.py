"""The images in a stack file, changed as text so that comments and order stay (ADR C6, L9).

The engine is given a copy. The committed file follows when AWS runs what the copy says, in one
step: whoever ends this in the middle finds the old file whole.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from triflow.errors import TriflowError

SECTION = "triflow-ai:compute"
IMAGE, CANARY_IMAGE, CANARY_PERCENT = "image", "canaryImage", "canaryPercent"


def images(text: str) -> Mapping[str, Any]:
    """Return the compute section of a stack file. TriflowError if it has none in block style."""
    node = _section(text)
    found = {key.value: yaml.safe_load(text[_span(value)]) for key, value in node.value}
    return {key: found[key] for key in (IMAGE, CANARY_IMAGE, CANARY_PERCENT) if key in found}


def released(text: str, image: str) -> str:
    """Return the file with this image for all, and no canary."""
    return _set(settled(text), IMAGE, json.dumps(image))


def settled(text: str) -> str:
    """Return the file without a canary; the image stays."""
    return _drop(_drop(text, CANARY_IMAGE), CANARY_PERCENT)


def with_canary(text: str, image: str, percent: int) -> str:
    """Return the file with this image for `percent` of the visitors; the others keep theirs."""
    return _set(_set(text, CANARY_PERCENT, str(percent)), CANARY_IMAGE, json.dumps(image))


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the rights that it had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8"
    ) as beside:
        beside.write(text)
    Path(beside.name).chmod(path.stat().st_mode if path.exists() else 0o600)
    Path(beside.name).replace(path)


def _section(text: str) -> yaml.MappingNode:
    node: yaml.Node | None = yaml.compose(text)
    for key in ("config", SECTION):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for name, value in pairs if name.value == key), None)
    if not isinstance(node, yaml.MappingNode) or node.flow_style or _place(node, IMAGE) is None:
        raise TriflowError(
            f"The stack file has no block {SECTION} with a line `image:`.",
            "The image cannot be changed there, and nothing was.",
            "pulumi config set --path triflow-ai:compute.image TAG -s STACK",
        )
    return node


def _place(node: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((name, value) for name, value in node.value if name.value == key), None)


def _span(node: yaml.Node) -> slice:
    return slice(node.start_mark.index, node.end_mark.index)


def _set(text: str, key: str, value: str) -> str:
    """Replace the value, or add a line below the image's."""
    node = _section(text)
    place = _place(node, key)
    if place:
        span = _span(place[1])
        return text[: span.start] + value + text[span.stop :]
    image = _place(node, IMAGE)
    assert image is not None  # noqa: S101 - _section has looked
    lines = text.splitlines(keepends=True)
    line = image[1].end_mark.line
    lines[line] = lines[line].rstrip("\n") + "\n"
    lines.insert(line + 1, f"{' ' * image[0].start_mark.column}{key}: {value}\n")
    return "".join(lines)


def _drop(text: str, key: str) -> str:
    place = _place(_section(text), key)
    if not place:
        return text
    lines = text.splitlines(keepends=True)
    del lines[place[0].start_mark.line : place[1].end_mark.line + 1]
    return "".join(lines)
