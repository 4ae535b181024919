"""The figures of reports and pages, each a function from what was released to a matplotlib `Figure`."""
