"""`triflow db`: extensions, a way in, a restore, who is at work (ADR D8, D10, D14; guide 8-10)."""
