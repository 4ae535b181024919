"""What every page needs: rendering, cookies, headers, CSRF tokens, languages and sign-ins."""
