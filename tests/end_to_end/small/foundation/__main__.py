"""Nothing that an account has once."""
