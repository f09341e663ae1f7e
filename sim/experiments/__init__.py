"""How sure we are: replications under common random numbers, stored at once, compared in pairs; it tells nothing."""
