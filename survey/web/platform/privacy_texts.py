"""What people are told of privacy, sentence by sentence: the privacy page and the papers say the same."""

from reports.disclosure import Audience, Policy
from survey.web.platform.words import PageWords


def shown(policy: Policy, words: PageWords) -> list[str]:
    """Return what is shown of a survey once it was counted, to whom, and what never is."""
    return [*_minimums(policy, words), *_protected(policy, words), *_alike(words)]


def _minimums(policy: Policy, words: PageWords) -> list[str]:
    """Return who is shown something, and of how many answers at least."""
    gettext, fewest, among = words.gettext, policy.minimum(Audience.LEADER), _among(policy)
    return [
        gettext(
            "No results are shown for fewer than %(fewest)s answers, or for fewer than %(among)s where your "
            "leader answers too.",
            fewest=fewest,
            among=among,
        ),
        gettext(
            "Outside your workplace no results are shown for fewer than %(outside)s answers.",
            outside=policy.minimum(Audience.OUTSIDE),
        ),
        _shown_to_those_who_answered(policy, words),
        gettext(
            "If the survey asks one question about you, such as how long you have worked there, only your "
            "own workplace sees figures by group. We show only means for groups of at least %(fewest)s, or "
            "%(among)s where your leader answers too, and only when nobody can work out the figures for a "
            "smaller group.",
            fewest=fewest,
            among=among,
        ),
    ]


def _protected(policy: Policy, words: PageWords) -> list[str]:
    """Return what keeps figures from telling who answered what."""
    gettext = words.gettext
    return [
        gettext(
            "Where all, or all but a few, gave the same answer to a statement, no statement of that "
            "dimension is shown by itself, and nothing says which one it was."
        ),
        gettext(
            "Where no statements are shown and the mean lies near an end of the scale, it is shown only as "
            "“under” or “over” a number, so that it does not reveal whether everyone gave the same answer."
        ),
        gettext(
            "Leader, owner and researcher are shown the same numbers; those who may see less are shown "
            "fewer of them."
        ),
        gettext(
            "Researchers can also be given figures for at least %(units)s workplaces and %(people)s people "
            "together, such as how answers to two statements go together. They are rounded, and never given "
            "for fewer.",
            units=policy.pools.units,
            people=policy.pools.people,
        ),
    ]


def _alike(words: PageWords) -> list[str]:
    """Return what is the same for all who are shown something."""
    gettext = words.gettext
    return [
        gettext("How many were invited and how many answered is shown exactly wherever results are shown."),
        gettext(
            "Whether something has changed is decided once, when the answers are counted, and is the same "
            "for everyone who sees it."
        ),
        gettext("Figures that are not shown all look the same, whatever the reason."),
        gettext(
            "Your leader can see who has access to results of your workplace or recently had it, and since "
            "when. Anyone who is given access sees results from the next day at the earliest."
        ),
    ]


def _shown_to_those_who_answered(policy: Policy, words: PageWords) -> str:
    return (
        words.ngettext(
            "Anyone who has a slip of the survey, or its link, can read the first page of the results and "
            "what was agreed, without signing in: %(num)s day after the answers were counted at the latest, "
            "and sooner when your leader chooses to.",
            "Anyone who has a slip of the survey, or its link, can read the first page of the results and "
            "what was agreed, without signing in: %(num)s days after the answers were counted at the "
            "latest, and sooner when your leader chooses to.",
            policy.collection.show_staff_days,
        )
        + " "
        + words.gettext(
            "The numbers there are those your leader sees, or fewer of them, and never of fewer than "
            "%(among)s answers. Every slip leads to the same page, which does not show whether it was used.",
            among=_among(policy),
        )
    )


def _among(policy: Policy) -> int:
    return policy.minimum(Audience.LEADER_AMONG_RESPONDENTS)


def limits(words: PageWords) -> list[str]:
    """Return everything that this cannot protect against."""
    return [*_limits_of_the_machines(words), *_limits_among_people(words)]


def _limits_of_the_machines(words: PageWords) -> list[str]:
    gettext = words.gettext
    return [
        gettext("Someone who looks over your shoulder, or a device or network that is watched."),
        gettext(
            "Those who run the service: anyone who holds both the database and the keys can open answers "
            "before they are counted, and later from copies of both. No name is stored with them, but "
            "anyone who also has your code can find yours. Where the key is on printed sheets, two of these "
            "are needed as well."
        ),
        gettext(
            "What waits to be added up over many workplaces: until then, anyone who holds both the database "
            "and the keys can open what your workplace brings and work out answers from it, without names. "
            "Where the key is on printed sheets, nothing waits."
        ),
        gettext(
            "A changed program, or someone who reads the memory of the server while you answer. Everyone "
            "may read the program's source code, but nobody can see from outside what a server runs."
        ),
    ]


def _limits_among_people(words: PageWords) -> list[str]:
    gettext = words.gettext
    return [
        gettext(
            "Someone who knows who drew which slip: while the survey is open, they can try the code and see "
            "whether answers have arrived with it."
        ),
        gettext("Someone who answers for others, with their slips or with an open link."),
        gettext(
            "Answers on paper: whoever types your form in sees it, and might recognise your handwriting."
        ),
        gettext(
            "Someone from outside who is given a slip or the address of the results: they can read what "
            "everyone who answered can read."
        ),
        gettext(
            "What people tell each other. Anyone who knows what the others answered can work out the rest "
            "from the results, and the smaller the group, the fewer they need to know about."
        ),
        gettext(
            "That the number of answers says something: if everyone invited has answered, your leader knows "
            "that you have."
        ),
    ]
