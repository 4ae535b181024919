"""Compile the message catalogues when the package is built; all else about it is in pyproject.toml."""

import shutil
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Copy the packages into the build folder and compile every .po beside itself."""

    def run(self) -> None:
        """Build the packages anew, so that nothing of an earlier build gets into this one."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        for package in ("reports", "survey"):
            root = Path("." if self.editable_mode else self.build_lib, package)
            for catalogue in sorted(root.rglob("LC_MESSAGES/*.po")):
                _compile(catalogue)


def _compile(catalogue: Path) -> None:
    with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale=catalogue.parent.parent.name))


setup(cmdclass={"build_py": BuildWithCatalogues})
