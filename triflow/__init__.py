"""The command line of the TriFlow AI platform."""
