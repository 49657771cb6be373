"""The policy pack: holds every stack to the architecture decision record.

Imports nothing from the program it judges, so that a slip in one is caught by the other.
"""
