"""Say in the reader's language why a figure has no value: the reasons of `instruments.statistics`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask_babel import LazyString, lazy_gettext

from instruments.statistics import Reason

# reason → its sentence, to be translated
REASON_WORDS: Final[Mapping[Reason, LazyString]] = MappingProxyType(
    {
        Reason.NOBODY: lazy_gettext("nobody answered"),
        Reason.UNANSWERED: lazy_gettext("nobody answered one of the items"),
        Reason.NOT_COMPLETE: lazy_gettext("nobody answered all of the items"),
        Reason.NOT_TOGETHER: lazy_gettext("nobody answered two of the items together"),
        Reason.TOO_FEW: lazy_gettext("too few answers for this figure"),
        Reason.NO_VARIANCE: lazy_gettext("everybody answered alike"),
        Reason.ITEM_ALIKE: lazy_gettext("everybody answered one of the items alike"),
        Reason.ALIKE_WITHIN: lazy_gettext("nobody differs from others of the same group"),
        Reason.SEPARATED: lazy_gettext("nobody of one group is where anybody of the other is"),
        Reason.TOO_FEW_ITEMS: lazy_gettext("too few items for this figure"),
        Reason.MANY_ITEMS: lazy_gettext("too many items for this figure"),
        Reason.NEGATIVE: lazy_gettext("the items contradict each other"),
        Reason.SINGULAR: lazy_gettext("the items cannot be told apart"),
        Reason.NOT_POSITIVE_DEFINITE: lazy_gettext(
            "the covariances contradict each other (not positive definite)"
        ),
        Reason.HEYWOOD: lazy_gettext("an item is left without a variance of its own (Heywood case)"),
        Reason.FACTORS_ALIKE: lazy_gettext("one factor of the model follows from the others"),
        Reason.NOT_DETERMINED: lazy_gettext("the items do not determine the model"),
        Reason.NOT_CONVERGED: lazy_gettext("the search for the best fit did not end"),
        Reason.SATURATED: lazy_gettext("the model fits any answers: nothing is tested"),
        Reason.MISFIT: lazy_gettext("one factor does not explain the items"),
        Reason.TOO_FEW_LOADINGS: lazy_gettext("too few of the items can be told to have something in common"),
        Reason.SPARSE: lazy_gettext("two items have too few different answers together"),
        Reason.MANY_CATEGORIES: lazy_gettext("too many categories to be taken as ordered only"),
        Reason.UNRELATED: lazy_gettext("the items go together no more than by chance"),
        Reason.WITHHELD: lazy_gettext("the cross-products were not kept"),
        Reason.NOT_COMPARABLE: lazy_gettext(
            "the units answered editions or languages whose means may not be compared"
        ),
        Reason.ITEMS_APART: lazy_gettext("none of these items belong to the dimension"),
        Reason.ONE_GROUP: lazy_gettext("fewer than two groups"),
        Reason.SINGLE_PERSONS: lazy_gettext("no group has two people"),
        Reason.NO_DIFFERENCE: lazy_gettext("the units do not differ"),
        Reason.OUT_OF_REACH: lazy_gettext("no number of answers is enough"),
        Reason.NOTHING_BEFORE: lazy_gettext("the model before it has no fit"),
    }
)
