"""`triflow policy`: what the rules say of what is deployed, for readers, scripts and GitHub."""
