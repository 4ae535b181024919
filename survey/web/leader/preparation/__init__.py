"""What a leader does before, while and after people answer: the check-list, and what is handed on."""
