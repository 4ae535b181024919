"""Hooks of the documentation site: what is in it beside the files of docs/.

The documents of the repository's root become pages, and so do the chapters of the leaders' guide in each
language; `instruments` gets an API reference, one page a room, and the navigation lists all of these and
every decision. Links are written as they are right in the repository; here
they are turned to the pages.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # MkDocs runs the hooks by their file

from instruments.languages import LANGUAGES  # noqa: E402 - likewise
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy  # noqa: E402
from survey.web.guide.chapters import CHAPTERS, chapter  # noqa: E402
from survey.web.platform.catalogues import catalogue  # noqa: E402

DOCS = ROOT / "docs"
# document of the root → its page
ROOT_PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
# language and chapter of the guide → pictures that stand below it here; the pages of the service have none
_PICTURES = {
    ("en", "report"): (
        (
            "The second page of a report: changes, a certain one filled, nine figures over time, all means",
            "report-change.png",
        ),
        (
            "The profile on a telephone: the reports on top, three sentences, then the figures",
            "profile-phone.png",
        ),
    ),
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the decisions and the reference where the navigation names them."""
    listed = {
        "decisions": ["decisions/README.md", *(f"decisions/{path.name}" for path in _decisions())],
        "reference": [{title: page} for page, title, _ in _reference()],
        "guide": [
            {language.name: [f"guide/{tag}/{name}.md" for name in CHAPTERS]}
            for tag, language in LANGUAGES.items()
        ],
    }
    config.nav = [
        {title: listed.get(str(part), part)} for each in config.nav or [] for title, part in each.items()
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and the mark that lie outside docs/."""
    for name, page in ROOT_PAGES.items():
        text = (ROOT / name).read_text("utf-8")
        files.append(File.generated(config, page, content=text))
    for page, text in _guide():
        files.append(File.generated(config, page, content=text))
    for page, title, modules in _reference():
        blocks = "\n".join(f"::: {module}\n" for module in modules)
        files.append(File.generated(config, page, content=f"# {title}\n\n{blocks}"))
    mark = ROOT / "survey" / "web" / "static" / "mark.svg"
    files.append(File.generated(config, "images/mark.svg", abs_src_path=str(mark)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:  # noqa: ANN401 - as MkDocs calls it
    """Turn links between the repository's root and docs/ to the pages of the site."""
    if page.file.src_uri in ROOT_PAGES.values():
        markdown = re.sub(r"\]\(docs/decisions\)", "](decisions/README.md)", markdown)
        markdown = re.sub(r"\]\(docs/", "](", markdown)
        markdown = re.sub(r"\]\(survey/web/guide/", "](guide/", markdown)
        prefix = ""
    else:
        prefix = "../" * (page.file.src_uri.count("/") + 1)
    for name, target in ROOT_PAGES.items():
        up = "../" * page.file.src_uri.count("/")
        markdown = re.sub(rf"\]\({re.escape(prefix)}{re.escape(name)}", f"]({up}{target}", markdown)
    return markdown


def _guide() -> Iterator[tuple[str, str]]:
    """Page and text of each chapter of the leaders' guide, with the numbers of the shipped policy."""
    policy = read_policy(DEFAULT_POLICY)
    for tag in LANGUAGES:
        for name in CHAPTERS:
            written = chapter(name, tag, policy, _say(tag))
            shown = "".join(
                f"\n![{alt}](../../images/{file})\n" for alt, file in _PICTURES.get((tag, name), ())
            )
            yield f"guide/{tag}/{name}.md", f"# {written.title}\n\n{written.text}{shown}"


def _say(language: str) -> Callable[[str], str]:
    """Return what gives the words of the pages in a language for an English message."""
    path = ROOT / "survey" / "web" / "translations" / language / "LC_MESSAGES" / "messages.po"
    found = catalogue(path) if path.exists() else {}
    return lambda message: str(found[message].string) if message in found else message


def _decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("[0-9]*.md"))


def _reference() -> list[tuple[str, str, list[str]]]:
    """Page, title and modules of each room of `instruments`; modules that only others use are left out."""
    pages = []
    for room in sorted((ROOT / "instruments").glob("**/")):
        if (room / "__init__.py").exists():
            dotted = ".".join(room.relative_to(ROOT).parts)
            names = sorted(path.stem for path in room.glob("[a-z]*.py"))
            pages.append((f"reference/{dotted}.md", dotted, [f"{dotted}.{name}" for name in names]))
    return pages
