"""Pages for leaders: waves, slips, profiles and agreed actions."""
