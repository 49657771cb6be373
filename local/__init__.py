"""What lets a Pulumi AWS program run without an account: the engine and a local AWS."""
