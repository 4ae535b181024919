"""What the states of a wave are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from survey.store.tables import WaveState

STATE_NAMES: Mapping[WaveState, LazyString] = MappingProxyType(
    {
        WaveState.DRAFT: lazy_gettext("Draft"),
        WaveState.OPEN: lazy_gettext("Open"),
        WaveState.CLOSED: lazy_gettext("Closed"),
        WaveState.SEALED: lazy_gettext("Sealed"),
        WaveState.ABANDONED: lazy_gettext("Given up"),
    }
)
