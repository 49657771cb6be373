"""`triflow logs`: the guide's three queries, and what is written right now."""
