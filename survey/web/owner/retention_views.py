"""Owners: for how many years results are kept below them, and what another number comes to."""

from flask import Response, flash, request
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField

from survey.organisation import kept_results, placement
from survey.organisation.kept_results import KeptResults
from survey.store.repositories import units
from survey.store.repositories.waves import years_after
from survey.web.owner.blueprint import owner
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page

_OWN_NONE = 0  # in addresses: no decision for the unit itself


@owner.get("/<unit>/retention")
def retention(unit: str) -> AnyResponse:
    """Show how long results are kept and when those that there are end; lead on to what is asked for."""
    wanted, years = request.args.get("of", ""), request.args.get("years", type=int)
    subtree = units.subtree(context().database, unit)
    if wanted:
        # one of others looks like one that is not there
        if wanted not in {each.key for each in subtree}:
            raise NotFound
        return redirect_to("owner.retention", unit=wanted)
    if years is not None:
        return redirect_to("owner.confirm_retention", unit=unit, years=max(years, _OWN_NONE))
    kept, below = _kept(unit), subtree[1:]
    return render_page(
        "owner/retention.html",
        gettext("How long results are kept: %(place)s", place=kept.unit.name),
        kept=kept,
        below=sorted(below, key=lambda each: each.name),
        form=_form(kept),
    )


@owner.get("/<unit>/retention/<int:years>")
def confirm_retention(unit: str, years: int) -> Response:
    """Say what ends when with that number, before it is decided."""
    kept, decision = _kept(unit), _decision(years)
    changed = kept.years_with(decision)
    today = context().today
    return render_page(
        "owner/confirm_retention.html",
        ngettext(
            "Keep results for %(num)s year: %(place)s?",
            "Keep results for %(num)s years: %(place)s?",
            changed,
            place=kept.unit.name,
        ),
        kept=kept,
        today=today,
        years=changed,
        ends_now=years_after(today, kept.years),
        ends_then=years_after(today, changed),
    )


@owner.post("/<unit>/retention/<int:years>")
def decide_retention(unit: str, years: int) -> AnyResponse:
    """Decide on it, for surveys opened from now on."""
    here, decision = context(), _decision(years)
    by = sign_ins.visitor().account.email
    placement.decide_years(here.database, here.policy, unit, decision, by=by, now=here.now)
    kept = _kept(unit)
    flash(
        ngettext(
            "Results of surveys opened from now on are kept for %(num)s year.",
            "Results of surveys opened from now on are kept for %(num)s years.",
            kept.years,
        )
    )
    return redirect_to("owner.retention", unit=unit)


def _kept(unit: str) -> KeptResults:
    return kept_results.of_unit(context().database, context().policy, unit)


def _decision(years: int) -> int | None:
    """Return the decision that an address names. Raises NotFound for one that the policy does not allow."""
    if years > context().policy.retention.results_years:
        raise NotFound
    return years or None


def _form(kept: KeptResults) -> FlaskForm:
    """Build the form of what may be decided; it is sent by address, and changes nothing."""
    above = ngettext(
        "As in the unit above (%(num)s year)", "As in the unit above (%(num)s years)", kept.without_own
    )
    longest = ngettext(
        "As long as possible (%(num)s year)", "As long as possible (%(num)s years)", kept.without_own
    )
    none = longest if kept.unit.parent_id is None else above
    choices = {str(_OWN_NONE): none, **{str(number): str(number) for number in range(1, kept.most + 1)}}
    field = SelectField(gettext("Years"), choices=choices, default=str(kept.unit.kept_years or _OWN_NONE))
    return type("YearsForm", (FlaskForm,), {"years": field})(formdata=None)
