"""What stands in the notes of slides, for whoever leads the meeting: the leaders' guide where it is needed.

docs/leaders.md is the whole guide.
"""

from reports.presentation import alt_text
from reports.presentation.views import DimensionView, ProfileView
from reports.results.agreed_actions import FOCUS

Notes = list[str]


def before(view: ProfileView) -> Notes:
    """Return what to see to before the meeting, and to say first."""
    say = view.locale.say
    return [
        say(
            "Invite everyone who was asked to answer, and sit in groups with mixed roles. Somebody other "
            "than the "
            "leader may well lead the meeting. Have the report on paper for everyone."
        ),
        say(
            "Say first that nobody looks for the person behind an answer, and that nobody has to explain "
            "one. One "
            "attempt ends honest answers for years."
        ),
    ]


def overview(view: ProfileView) -> Notes:
    """Return how to begin with the figures, and the figures in words."""
    say = view.locale.say
    notes = [
        say(
            "Let everyone read in silence before anyone speaks. Begin with where you differ, not with the "
            "highest or "
            "the lowest point."
        )
    ]
    if view.has_coded:
        notes.append(
            say("So near the end of the scale, an exact mean would reveal what nearly everyone answered.")
        )
    return [*notes, alt_text.overview_text(view.sentences)]


def change(view: ProfileView) -> Notes:
    """Return how change is talked about."""
    say = view.locale.say
    return [
        say(
            "A difference that chance alone could make is not called a change. In a small staff “no "
            "certain change” is "
            "the usual result, and a real answer."
        ),
        say("The figures cannot show that something you did caused a change."),
    ]


def no_figures(view: ProfileView) -> Notes:
    """Return what to say where nothing is shown."""
    say, profile = view.locale.say, view.profile
    weeks = view.locale.number(profile.policy.collection.weeks_apart)
    return [
        say("Tell the staff that too little can be shown, and that nobody can find out what they answered."),
        say("Ask what kept people from answering: time, trust, or not having heard of it?"),
        say(
            "The next survey may open %(weeks)s weeks after this one opened. Set aside ten minutes of a "
            "meeting for "
            "answering.",
            weeks=weeks,
        ),
    ]


def dimension(view: ProfileView, shown: DimensionView) -> Notes:
    """Return how a dimension is opened, its questions and first steps."""
    say = view.locale.say
    return [
        say(
            "Start from the definition: everyone thinks of one moment in the last six months when it was "
            "so, or when it "
            "was missing, and tells it. Then look at the figure."
        ),
        f"{say('Questions to discuss')}:",
        *(f"– {each}" for each in shown.words.questions),
        f"{say('First steps to try')}:",
        *(f"– {each}" for each in shown.words.first_steps),
    ]


def questions(view: ProfileView) -> Notes:
    """Return how the conversation is led."""
    say = view.locale.say
    return [
        say(
            "Stay with what is on the page, and let differences stand. What do you already do that you "
            "should hold on "
            "to?"
        ),
        say("The questions have no right answers. Leave out one that sounds like a test."),
    ]


def agreements(view: ProfileView) -> Notes:
    """Return what makes an agreement that is kept, and where it is written."""
    say = view.locale.say
    if view.profile.version.part:
        return _of_follow_up(view)
    return [
        say(
            "At most %(number)s dimensions, and the smallest thing you can try within four weeks. A role "
            "or a group "
            "follows it up, never a name.",
            number=view.locale.number(FOCUS),
        ),
        say(
            "End by reading it aloud, and put the date in the calendar before you leave the room. Then "
            "write it on the "
            "survey's page: the next report opens with it."
        ),
    ]


def _of_follow_up(view: ProfileView) -> Notes:
    say = view.locale.say
    return [
        say(
            "Take one agreement at a time. Ask first what happened, and only then whether it helped. A role "
            "or a group follows it up, never a name."
        ),
        say(
            "End by reading it aloud, and put the date in the calendar before you leave the room. Then "
            "write it on the page of the survey that this one follows up."
        ),
    ]
