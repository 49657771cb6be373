"""The settings of each layer: one file per layer, one section of the stack file each (ADR E1)."""
