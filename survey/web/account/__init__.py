"""Pages for everyone with an account: sign-in and passwords."""
