"""What a stack costs in a month: prices and usage as data, a rule for every type of resource.

Imports neither the program nor the policies nor the command line, so that all of them can use it.
"""
