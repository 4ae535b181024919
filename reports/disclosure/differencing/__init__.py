"""Protection against differencing: what all releases together would reveal by subtraction."""
