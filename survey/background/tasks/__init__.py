"""Tasks of jobs: what a worker holds, and how the reports of a job are made."""
