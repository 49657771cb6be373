"""What the account has once: hosted zone, image repository, CI roles, state bucket, trail."""
