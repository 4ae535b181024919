"""Operators: a way in for somebody who has lost every second factor, to which two of them agree."""

from collections.abc import Sequence

from flask import Response, flash
from flask_babel import format_date, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from survey.accounts import lost_factors
from survey.store.factor_tables import LONGEST_REASON
from survey.store.repositories.lost_factors import over
from survey.web.forms import typed
from survey.web.operator.account_views import other_account
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


class ReasonForm(FlaskForm):
    """Why somebody is to be let in, and how it was made sure who asks."""

    reason = StringField(
        lazy_gettext("What was lost, and how you know who asks"),
        validators=[
            DataRequired(lazy_gettext("Write why.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("The reason is too long.")),
        ],
        filters=[typed],
    )


@operator.get("/accounts/<int:number>/lost-factor")
def lost_factor(number: int) -> Response:
    """Ask why somebody is to be let in without the second factor they lost."""
    return _asked(number, ReasonForm())


@operator.post("/accounts/<int:number>/lost-factor")
def ask_way_in(number: int) -> AnyResponse:
    """Ask for it; another operator has to agree."""
    holder, form, here = other_account(number), ReasonForm(), context()
    if not form.validate():
        return _asked(number, form, form_errors(form))
    by = sign_ins.visitor().account
    lost_factors.ask(here.database, here.settings, holder, str(form.reason.data), by=by, now=here.now)
    acts.describe(of=holder.id)
    flash(gettext("It has been asked. Another operator has to agree; the account's holder sees it as well."))
    return redirect_to("operator.show_account", number=number)


@operator.get("/accounts/<int:number>/lost-factor/agree")
def confirm_way_in(number: int) -> Response:
    """Say what was asked and what ends with it, before a second operator agrees."""
    holder, here = other_account(number), context()
    asked = lost_factors.open_request(here.database, here.policy, holder.id, here.now)
    if asked is None:
        raise over()
    day = format_date(here.settings.date_at(asked.asked_at), "long")
    return render_page(
        "operator/confirm.html",
        gettext("Let %(email)s set up a new second factor?", email=holder.email),
        holder=holder,
        said=gettext(
            "On %(day)s %(asked_by)s asked: “%(reason)s”. If you agree, every second factor and every "
            "sign-in of the account ends at once, and you are shown a link for its holder. Make sure "
            "yourself that it is the holder who asks: by voice or by face, not by a message.",
            day=day,
            asked_by=asked.asked_by,
            reason=asked.reason,
        ),
        act=gettext("Agree"),
        sent={},
    )


@operator.post("/accounts/<int:number>/lost-factor/agree")
def agree_way_in(number: int) -> Response:
    """Agree, and show the link once."""
    holder, here = other_account(number), context()
    by = sign_ins.visitor().account
    link = lost_factors.agree(here.database, here.policy, here.settings, holder, by=by, now=here.now)
    acts.describe(of=holder.id)
    heading = gettext("A link for %(email)s", email=holder.email)
    return render_page("operator/way_in_link.html", heading, link=link)


def _asked(number: int, form: ReasonForm, faults: Sequence[FormError] = ()) -> Response:
    holder = other_account(number)
    heading = gettext("Second factor of %(email)s lost?", email=holder.email)
    status = 400 if faults else 200
    return render_page(
        "operator/lost_factor.html", heading, faults=faults, status=status, form=form, holder=holder
    )
