"""The kind of argument whose value is printed on slips and in reports."""

import click

from reports.pdf import letters


class PrintedText(click.ParamType[str]):
    """A text on one line, in letters that can be printed."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        """Return the text composed and with single spaces. Raises Refused("letter-unprintable")."""
        return letters.printable_line(value, param.human_readable_name if param else "")


PRINTED = PrintedText()
