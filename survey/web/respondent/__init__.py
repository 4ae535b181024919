"""Pages for respondents: from a code or a link to the receipt."""
