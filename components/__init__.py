"""One file per layer of the architecture decision record."""
