"""The tags of every resource: some from the provider, some carried by the resource itself."""


def common(environment: str, cost_center: str) -> dict[str, str]:
    """Return the provider's default tags; AWS bills are split by Environment and CostCenter."""
    return {
        "Project": "triflow-ai",
        "Environment": environment,
        "ManagedBy": "pulumi",
        "CostCenter": cost_center,
    }


def own(layer: str, name: str) -> dict[str, str]:
    """Return the tags of one resource: Layer, and the Name that consoles show."""
    return {"Name": name, "Layer": layer}
