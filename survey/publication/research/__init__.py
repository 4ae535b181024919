"""What exports for research need of an installation: how they are made, and what is kept of the last one."""
