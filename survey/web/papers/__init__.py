"""The papers that a municipality has to have: templates filled in as far as the program decides them."""
