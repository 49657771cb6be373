"""`triflow deploy`: another image for a stack, by an update of the stack (ADR C5, C6, L9)."""
