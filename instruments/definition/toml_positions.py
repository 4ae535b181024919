"""Find the line of each key and list entry of a TOML text; `tomllib` gives values without places.

No parser that keeps places is on this floor, and the text is known to be sound: a scanner is enough.
"""

import re
import tomllib
from bisect import bisect_right

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?!"""(?!"))"{0,2}', re.DOTALL),
    re.compile(r"'''.*?'''(?!'''(?!'))'{0,2}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def line_numbers(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every key path and list index of a text that `tomllib` has accepted.

    A table is where its header, or the first key that implies it, stands. The root is line 1.
    """
    # as tomllib does, so that an offset means the same character
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.scan()
    return scanner.found


class _Scanner:
    """Walk through the text once, trusting the grammar: the parser has been there before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, int] = {(): 1}
        # offsets of line beginnings; of each [[table]], the index of its last entry so far
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._last: dict[KeyPath, int] = {}

    def scan(self) -> None:
        table: KeyPath = ()
        while self._more():
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)

    def _more(self) -> bool:
        self._skip(_BLANK)
        return self.at < len(self.text)

    def _peek(self, start: str) -> bool:
        return self.text.startswith(start, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not TOML at offset {self.at}")
        self.at = match.end()
        return match.group()

    def _record(self, path: KeyPath, offset: int) -> None:
        line = bisect_right(self._starts, offset)
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _header(self) -> KeyPath:
        start, repeated = self.at, self._peek("[[")
        self.at += 2 if repeated else 1
        keys = self._key()
        self._skip(_SPACE)
        self.at += 2 if repeated else 1
        path = self._inside(keys[:-1]) + keys[-1:]
        if repeated:
            self._last[path] = self._last.get(path, -1) + 1
            path += (self._last[path],)
        else:
            path = self._inside(keys)
        self._record(path, start)
        return path

    def _inside(self, keys: KeyPath) -> KeyPath:
        """Return the path a header means: into the last entry of every repeated table on the way."""
        path: KeyPath = ()
        for key in keys:
            path += (key,)
            if path in self._last:
                path += (self._last[path],)
        return path

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            if self._peek('"') or self._peek("'"):
                # escapes are the parser's business
                parts.append(tomllib.loads(f"key = {self._string()}")["key"])
            else:
                parts.append(self._skip(_BARE))
            self._skip(_SPACE)
            if not self._peek("."):
                return tuple(parts)
            self.at += 1

    def _string(self) -> str:
        # three quotes before one: a long string begins like a short one
        for pattern, quote in zip(_STRINGS, ('"""', "'''", '"', "'"), strict=True):
            if self._peek(quote):
                return self._skip(pattern)
        raise ValueError(f"no string at offset {self.at}")

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        path = table + self._key()
        self._record(path, start)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._peek('"') or self._peek("'"):
            self._string()
        elif self._peek("["):
            self._list(path)
        elif self._peek("{"):
            self._inline(path)
        else:
            self._skip(_SCALAR)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self._more() and not self._peek("]"):
            if self._peek(","):
                self.at += 1
                continue
            self._record((*path, index), self.at)
            self._value((*path, index))
            index += 1
        self.at += 1

    def _inline(self, path: KeyPath) -> None:
        self.at += 1
        while self._more() and not self._peek("}"):
            if self._peek(","):
                self.at += 1
                continue
            self._pair(path)
        self.at += 1
