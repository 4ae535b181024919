"""What the states of a wave and of an agreed action, and what is expected of one, are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from reports.results.agreed_actions import ActionStatus
from reports.results.expectations import Expected
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
ACTION_STATUS_NAMES: Mapping[ActionStatus, LazyString] = MappingProxyType(
    {
        ActionStatus.GOES_ON: lazy_gettext("Goes on"),
        ActionStatus.CHANGED: lazy_gettext("Changed"),
        ActionStatus.STOPPED: lazy_gettext("Stopped"),
    }
)
EXPECTED_NAMES: Mapping[Expected, LazyString] = MappingProxyType(
    {
        Expected.MORE: lazy_gettext("More than last time"),
        Expected.LESS: lazy_gettext("Less than last time"),
        Expected.UNSURE: lazy_gettext("Unsure"),
    }
)
