"""Units, accounts, waves and sealed statistics as plain frozen values; rows stay in here."""
