"""How the Pulumi engine gets onto a machine: found, installed, or built from its modules."""
