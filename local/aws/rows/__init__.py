"""The catalogue's rows, one file a service."""
