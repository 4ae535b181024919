"""Units that change: moved, corrected, merged, closed and removed, each as one act."""
