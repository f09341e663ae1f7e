"""What queues and customer bases do by exact theory: closed forms that the simulation is held against."""
