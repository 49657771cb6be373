"""A local AWS: a moto server, and the provider through which Pulumi programs use it."""
