"""The tree of a page, by the rules of HTML; quickly, where a page of the same markup was read before.

tinyhtml5 finds every fault in the markup of a page, and takes longer than the service does to make the page.
What faults there are depends on the tags and on where texts stand, and not on what the texts say: of a page
that differs from a faultless one in its texts and addresses alone, lxml makes the tree. It is asked for those
pages only of whose markup it was once seen to make the same tree.
"""

import re
from xml.etree.ElementTree import TreeBuilder

from lxml import etree
from tinyhtml5 import inputstream
from tinyhtml5.parser import HTMLParser

# characters as the templates escape them: any other reference may be a fault
_ESCAPED = r"&(?:amp|lt|gt|quot|#34|#39);"
# all values but those of types: a hidden field may stand where no other may
_VALUE = re.compile(rf'(?<! type)="(?:[^"&<>]|{_ESCAPED})+"')
# a text begins with its line break where it has one: in some elements that is left out
_TEXT = re.compile(rf">(\n?)((?:[^<>&]|{_ESCAPED})+)(?=<)")
# the list of languages marks that of the page
_LANGUAGES = re.compile(r'<nav class="tongues".*?</nav>', re.DOTALL)
# rows, entries and options of the same markup, one after the other: a page has more of them than another
_REPEATED = re.compile(r"(<(tr|li|option|div)\b.*?</\2>\s*)\1+", re.DOTALL)
# of markup without faults: whether lxml makes the same tree; and the lists of languages of which it does
_is_like, _lists = {}, set()


class Patterns(dict):
    """The patterns by which tinyhtml5 reads on, each compiled once.

    It means to keep them, files each under the pattern in place of its characters, and finds none again.
    """

    def __missing__(self, key):
        characters, opposite = key
        escaped = "".join(f"\\x{ord(each):02x}" for each in characters)
        self[key] = re.compile(f"[{'' if opposite else '^'}{escaped}]+")
        return self[key]


inputstream.characters_until_regex = Patterns()


class _Target(TreeBuilder):
    def start(self, tag, attributes):
        return super().start(tag, dict(attributes))


def tree(text):
    """The root of the page; a page whose markup has a fault is none."""
    # a list is the same thing wherever it stands, and that it stands there is kept
    read_as = markup(_LANGUAGES.sub("<nav></nav>", text))
    lists = {markup(each) for each in _LANGUAGES.findall(text)}
    if _is_like.get(read_as) and lists <= _lists:
        return _read_quickly(text)
    parser = HTMLParser(namespace_html_elements=False)
    root = parser.parse(text)
    assert [fault[:2] for fault in parser.errors] == []
    if _is_like.get(read_as, True):
        _is_like[read_as] = _parts(root) == _parts(_read_quickly(text))
        _lists.update(lists if _is_like[read_as] else ())
    return root


def first_of_each_markup(pages):
    """The names of the first pages of each markup: in other languages most have it with other words in it."""
    first = {}
    for name, html in pages.items():
        first.setdefault(_REPEATED.sub(r"\1", markup(_LANGUAGES.sub("", html))), name)
    return set(first.values())


def markup(text):
    """The page without what its texts and values say."""
    return _TEXT.sub(_without_words, _VALUE.sub('="."', text))


def _without_words(found):
    broken, words = found.groups()
    return f">{broken}{'.' if words.strip() else ' '}"


def _read_quickly(text):
    # which lxml does not know to be empty
    return etree.fromstring(text.replace("<wbr>", "<wbr/>"), etree.HTMLParser(target=_Target()))


def _parts(root):
    """Every element with its attributes and the texts in and behind it, without the spaces around all."""
    frame, last = {root, *root}, root.find("body")[-1]
    return [
        (each.tag, dict(each.attrib), *(() if each in frame else (each.text, each is last or each.tail)))
        for each in root.iter()
    ]
