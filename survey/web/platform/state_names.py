"""What states of a wave and of an agreed action, what is expected of one, and jobs are called on pages."""

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
JOB_NAMES: Mapping[str, LazyString] = MappingProxyType(
    {
        "reports-under": lazy_gettext("All reports"),
        "slips": lazy_gettext("Slips"),
        "round-slips": lazy_gettext("Slips of a round"),
        "round-release": lazy_gettext("Release of a round"),
        "research-export": lazy_gettext("Data file for research"),
        "pool-export": lazy_gettext("Data file of pools"),
        "pool-validation": lazy_gettext("Models of pools"),
        "edition-verdict": lazy_gettext("Comparison of editions"),
    }
)
