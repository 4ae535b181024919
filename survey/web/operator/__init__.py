"""Pages for operators: accounts, roles and the state of the installation."""
