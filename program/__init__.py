"""How a program starts: its configuration, other stacks' outputs, the guard of its policies."""
