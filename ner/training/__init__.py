"""A generator of epochs over Accelerate, its checkpoints, its optimiser, and the run folder."""
