"""Languages by the names their speakers give them."""

NAMES = {"nb": "Norsk bokmål", "nn": "Norsk nynorsk", "da": "Dansk", "en": "English"}


def display_name(language: str) -> str:
    """A language as survey programs list it: its own name and its tag, `Dansk (da)`."""
    return f"{NAMES.get(language, language)} ({language})"
