"""Make a paper of its template: as Markdown, as a page of HTML to go on writing in, and as a tagged PDF."""

import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import markdown
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.pdf import document
from survey.web.papers.facts import Facts

PAPERS: Final = (
    "accessibility-statement",
    "accessibility-evaluation",
    "impact-assessment",
    "processing-agreement",
    "record-of-processing",
    "employee-representatives",
)
LANGUAGES: Final = ("nb", "en")  # those in which they are written
ENDINGS: Final = MappingProxyType({"pdf": "application/pdf", "html": "text/html", "md": "text/markdown"})
_FOLDER: Final = Path(__file__).parent
# what a reader finds where the owner has to write or decide something
_BLANKS: Final = MappingProxyType({"nb": "Fyll ut", "en": "Fill in"})
_PROPOSALS: Final = MappingProxyType(
    {"nb": "Forslag, eieren avgjør", "en": "Proposal, for the owner to decide"}
)
_MARKED: Final = re.compile(
    rf"\[(?:{'|'.join((*_BLANKS.values(), *_PROPOSALS.values()))}): [^\]]+\]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FilledPaper:
    """A paper in a language: its title, and what stands below it, as Markdown."""

    name: str
    language: str
    title: str
    text: str

    def content(self, ending: str) -> bytes:
        """Return it as a file with that ending, one of ENDINGS; the same paper gives the same bytes."""
        return (
            self.pdf() if ending == "pdf" else (self.html() if ending == "html" else self.markdown()).encode()
        )

    def markdown(self) -> str:
        """Return it as Markdown."""
        return f"# {self.title}\n\n{self.text}"

    def html(self) -> str:
        """Return it as one page of HTML, which a word processor opens; it loads nothing."""
        return document.html(self.title, self.language, self._body())

    def pdf(self) -> bytes:
        """Return it as a PDF/UA-1 and PDF/A-2a file."""
        return document.pdf(self.title, self.language, self._body())

    def _body(self) -> str:
        made = str(markdown.markdown(self.text, extensions=["tables", "sane_lists"], output_format="xhtml"))
        # a reader who is told a cell is told what stands above it
        headed = made.replace("<th>", '<th scope="col">')
        return _MARKED.sub(lambda found: f"<mark>{found[0]}</mark>", headed)


def paper(name: str, language: str, facts: Facts) -> FilledPaper:
    """Return one of PAPERS with these facts, in one of LANGUAGES."""
    filled = _environment(language).get_template(f"{name}.md").render(language=language, **facts)
    title, _, text = filled.partition("\n")
    # the lines between which a template asks something are empty
    return FilledPaper(
        name, language, title.removeprefix("# "), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    )


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / language),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown of our own; what people wrote is escaped in the facts
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["blank"] = partial(_bracketed, _BLANKS[language])
    environment.globals["proposal"] = partial(_bracketed, _PROPOSALS[language])
    return environment


def _bracketed(kind: str, what: str) -> str:
    return f"[{kind}: {what}]"
