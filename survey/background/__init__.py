"""Work outside a request: jobs, slip orders and scheduled maintenance."""
