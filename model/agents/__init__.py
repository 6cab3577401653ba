"""Mesa's view of the model: who is there, as ordinary agents that look at the columns where their state is
kept."""
