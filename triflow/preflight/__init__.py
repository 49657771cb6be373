"""`triflow preflight`: whether a first deployment can go through, before it is begun."""
