"""Second factors of an account: asked for at sign-in, set up, shown once more and removed."""
