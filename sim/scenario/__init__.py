"""What is assumed: plans that are frozen, strict and closed to unknown keys; nothing here runs."""
