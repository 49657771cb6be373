"""The small pack; as a regular package it comes before the real one, which is installed."""
