"""What an owner plans for many units at once: the round, its units, its board and its slips."""
