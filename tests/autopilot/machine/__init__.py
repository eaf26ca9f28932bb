"""Does to Autopilot whatever may happen to it, in any order, beside a model of what has to come of that."""
