"""Hooks of the documentation site: what is in it beside the files of docs/.

The documents of the repository's root become pages, `instruments` gets an API reference, one page a room,
and the navigation lists both and every decision. Links are written as they are right in the repository; here
they are turned to the pages.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# document of the root → its page
ROOT_PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the decisions and the reference where the navigation names them."""
    listed = {
        "decisions": ["decisions/README.md", *(f"decisions/{path.name}" for path in _decisions())],
        "reference": [{title: page} for page, title, _ in _reference()],
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
        prefix = ""
    else:
        prefix = "../" * (page.file.src_uri.count("/") + 1)
    for name, target in ROOT_PAGES.items():
        up = "../" * page.file.src_uri.count("/")
        markdown = re.sub(rf"\]\({re.escape(prefix)}{re.escape(name)}", f"]({up}{target}", markdown)
    return markdown


def _decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("[0-9]*.md"))


def _reference() -> list[tuple[str, str, list[str]]]:
    """Page, title and modules of each room of `instruments`; modules that only others use are left out."""
    pages = []
    for room in [ROOT / "instruments", *sorted((ROOT / "instruments").glob("*/"))]:
        if (room / "__init__.py").exists():
            dotted = ".".join(room.relative_to(ROOT).parts)
            names = sorted(path.stem for path in room.glob("[a-z]*.py"))
            pages.append((f"reference/{dotted}.md", dotted, [f"{dotted}.{name}" for name in names]))
    return pages
