"""Read questionnaire definitions from TOML files, check them, and build versions from them."""
