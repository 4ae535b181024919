"""Released figures as sentences, tables, charts and text alternatives in one language."""
