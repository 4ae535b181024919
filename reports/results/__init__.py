"""Released figures put together: one wave's profile, change between waves, answer shares, agreed actions."""
