"""The parts of docs/method.md that are computed. `python -m tests.spec.method` writes them anew."""

import inspect
import re

import numpy as np

from instruments import library, statistics
from instruments.aggregates.moments import Moments
from instruments.answers import Answers, response_matrix
from instruments.scoring import Unscored, person_scores
from instruments.statistics import GroupMean, Interval, factor_models
from reports.disclosure import Audience
from tests.instruments.building import built
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.spec import simulation

CHAPTER = REPOSITORY / "docs" / "method.md"
EXAMPLE = built({"trust": ["heard", "-afraid", "help", "welcome"]})
PEOPLE = {
    "Anne": {"heard": 4, "afraid": 2, "help": 5, "welcome": 3},
    "Bilal": {"heard": 3, "afraid": 3, "help": 4},
    "Cecilie": {"heard": 2, "afraid": "dont_know", "help": 3, "welcome": 3},
    "Dag": {"heard": 5},
    "Eva": {"heard": 4, "afraid": 1, "help": 4, "welcome": 5},
    "Farah": {"heard": 3, "afraid": 4, "help": 2, "welcome": 2},
}
TYPICAL_SD = 0.6
FORMULAS = (
    statistics.dimension_summary,
    statistics.interval,
    statistics.percentile,
    statistics.covariances,
    statistics.alpha,
    statistics.standardised_alpha,
    statistics.alpha_interval,
    statistics.feldt_interval,
    statistics.alpha_if_dropped,
    statistics.item_rest_correlations,
    statistics.omega,
    statistics.polychoric_correlations,
    statistics.ordinal_alpha,
    statistics.ordinal_omega,
    factor_models.fit_factors,
    factor_models.measure_fit,
    factor_models.standardised_residual,
    factor_models.invariance,
    statistics.rwg_j,
    statistics.average_deviation,
    statistics.disagreement,
    statistics.item_statistics,
    statistics.intraclass_correlations,
    statistics.intraclass_correlations_of,
    statistics.from_mean_squares,
    statistics.two_level_covariances,
    statistics.variance_components,
    statistics.dependability,
    statistics.answers_for,
    statistics.dimension_correlations,
    statistics.correlation,
    statistics.score_correlations,
    statistics.mean_of_items,
    statistics.linear_contrast,
    statistics.welch,
    statistics.holm,
    statistics.holm_levels,
    statistics.MeanDifference.detectable,
    statistics.hedges_g,
    statistics.cliffs_delta,
    statistics.power,
    statistics.answers_needed,
    statistics.levels_spanned,
)


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def percent(share):
    """A share in whole percent, as people write it."""
    return f"{share * 100:.0f} %"


def example():
    """Six people, their answers and their scores, and what is said of all."""
    rows, answered = [], []
    for name, given in PEOPLE.items():
        answers = Answers(EXAMPLE, given)
        answered.append(answers)
        score = person_scores(answers)["trust"]
        shown = "no score" if isinstance(score, Unscored) else f"{score:.2f}"
        cells = [str(given.get(item.id, "–")).replace("dont_know", "don't know") for item in EXAMPLE.items]
        rows.append([name, *cells, shown])
    moments = Moments.of(EXAMPLE, response_matrix(EXAMPLE, answered))
    location = statistics.dimension_summary(moments, "trust")
    half = statistics.interval(location).high - location.mean
    mean = float(statistics.mean_of_items(moments, "trust"))
    people = table(["", "heard", "afraid to err (reversed)", "help", "welcome", "score"], rows)
    return (
        f"{people}\n\nThe items' means, the reversed one turned, have the mean **{mean:.2f}**: that is the "
        f"unit's score. {location.n} people have a score, and by their spread the 95 % interval reaches "
        f"**{half:.2f}** to either side."
    )


def detectable():
    """How large a change must be to be seen, by how many answer."""
    strictest = 1 - (1 - POLICY.change.confidence) / simulation.DIMENSIONS
    rows = []
    for people in (10, 15, 20, 40, 80, 160):
        spread = GroupMean(people, 3.0, TYPICAL_SD / people**0.5)
        difference = statistics.welch(spread, spread)
        rows.append([people, f"{difference.detectable(strictest, POLICY.change.power):.2f}"])
    return table(["answers in each wave", "smallest change seen with 80 % certainty, in scale points"], rows)


def rules():
    """The numbers of honest change, as the program has them."""
    thresholds = POLICY.thresholds[Audience.LEADER]
    return table(
        ["rule", "value"],
        [
            [
                "no comparison when fewer of the invited answered, in either wave",
                percent(POLICY.change.compare_from),
            ],
            ["no change is claimed when fewer answered, in either wave", percent(POLICY.change.claim_from)],
            ["answers needed in each wave before a change is claimed", thresholds.interval],
            [
                "items that two versions must share in a dimension, or half of it where that is more",
                POLICY.change.common_items,
            ],
            [
                "chance of even one false alarm in a report, over all dimensions and contrasts, at most",
                percent(1 - POLICY.change.confidence),
            ],
        ],
    )


def false_alarms(sizes=simulation.SIZES):
    """What the simulation found at these sizes of staff, in whole percent."""
    rows = [
        [
            rates.people,
            *(
                percent(share)
                for share in (
                    rates.moved,
                    rates.false_alarm,
                    rates.false_alarm_same_people,
                    rates.seen_half,
                    rates.seen_much,
                )
            ),
        ]
        for rates in map(simulation.simulated, sizes)
    ]
    header = [
        "answers in each wave",
        "some mean moves by 0.3 or more though nothing changed",
        "false alarm, different people",
        "false alarm, same people twice",
        "a true change of 0.5 is seen",
        "a true change of 0.8 is seen",
    ]
    return table(header, rows)


def trend():
    """How often a slow rise is told, and how often anything else is by mistake."""
    seen, false = simulation.trends_seen()
    return (
        f"A dimension that rises by {simulation.TREND_RISE:g} points a wave over {simulation.TREND_WAVES} "
        f"waves, with {simulation.TREND_PEOPLE} answers in each, is told as a trend in **{percent(seen)}** "
        f"of simulated units; anything false is told beside it in {percent(false)}."
    )


def standard_errors():
    """How much larger the released standard error is than the exact one."""
    rows = []
    for people in (15, 20, 40, 80):
        ratios = simulation.standard_error_ratios(people)
        rows.append([people, f"{np.median(ratios):.2f}", f"{np.percentile(ratios, 95):.2f}"])
    return table(["answers", "released standard error ÷ exact, median", "95th percentile"], rows)


def hidden_items():
    """How often a dimension is shown without its items because one of them is too much agreed on."""
    version = library.get("learning_community@1.1.0")
    rows = [[people, percent(simulation.without_items(version, people))] for people in (15, 20, 25, 40)]
    return table(["answers", "dimensions shown without their items"], rows)


def level():
    """One score whose interval stays inside a level, and one whose interval does not."""
    levels = EXAMPLE.levels
    inside = statistics.levels_spanned(levels, Interval(2.6, 3.4, 0.95))
    across = statistics.levels_spanned(levels, Interval(3.2, 3.8, 0.95))
    cuts = ", ".join(f"{cut:g}" for cut in levels.cuts)
    return (
        f"With cuts at {cuts}, an interval from 2.6 to 3.4 is told as *{inside[0]}*; one from 3.2 to 3.8 as "
        f"*between {across[0]} and {across[-1]}*."
    )


def reasons():
    """Why a figure may have no value."""
    return "\n".join(f"- {reason.value}" for reason in statistics.Reason)


def formulas():
    """The docstrings of the functions that compute, which is where the formulas stand."""
    return "\n\n".join(
        f"**{function.__name__}.** {inspect.cleandoc(function.__doc__)}".replace("\n\n", "\n")
        for function in FORMULAS
    )


BLOCKS = {
    "example": example,
    "detectable": detectable,
    "rules": rules,
    "false alarms": false_alarms,
    "trend": trend,
    "standard errors": standard_errors,
    "hidden items": hidden_items,
    "level": level,
    "reasons": reasons,
    "formulas": formulas,
}


def written(chapter):
    """Block name → the text between its markers in the chapter."""
    found = re.findall(r"<!-- computed: ([a-z ]+) -->\n(.*?)\n<!-- end -->", chapter, re.DOTALL)
    return dict(found)


def rewritten(chapter):
    """The chapter with every block computed anew."""
    for name, compute in BLOCKS.items():
        block = f"<!-- computed: {name} -->\n{compute()}\n<!-- end -->"
        pattern = rf"<!-- computed: {name} -->\n.*?<!-- end -->"
        chapter = re.sub(pattern, lambda _, block=block: block, chapter, flags=re.DOTALL)
    return chapter


if __name__ == "__main__":
    CHAPTER.write_text(rewritten(CHAPTER.read_text("utf-8")), "utf-8")
