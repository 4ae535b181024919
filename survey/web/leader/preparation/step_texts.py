"""What the steps of a survey's check-list are called, and what helps with each."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from survey.collection.next_steps import StepKind

StepTexts = tuple[LazyString, LazyString, LazyString]

# kind → what is to be done, what helps with it, and what its link is called. A help text may name numbers.
STEP_TEXTS: Mapping[StepKind, StepTexts] = MappingProxyType(
    {
        StepKind.READ: (
            lazy_gettext("Read the questions and rehearse"),
            lazy_gettext(
                "See what the staff will be asked, in every language, and go through the pages as they will: "
                "nothing you tick is kept. Once the survey is open, no other questionnaire can be chosen."
            ),
            lazy_gettext("The whole questionnaire"),
        ),
        StepKind.PRINT_SHEETS: (
            lazy_gettext("Print the key sheets"),
            lazy_gettext(
                "Do it together with the two others who keep a sheet, and delete the file. The survey is "
                "opened with the marks on the sheets."
            ),
            lazy_gettext("The key sheets"),
        ),
        StepKind.ANNOUNCE: (
            lazy_gettext("Tell the staff that there will be a survey"),
            lazy_gettext(
                "Say why you ask, what the results will be used for and what they will not be used for: not "
                "pay, not ranking, not comparing people. Set aside %(minutes)s minutes of working time."
            ),
            lazy_gettext("Ready texts"),
        ),
        StepKind.PRINT_SLIPS: (
            lazy_gettext("Print the slips"),
            lazy_gettext(
                "One for everyone invited. Let people draw from a bowl in the sight of all, tear up the rest "
                "there and keep no copy of the file: whoever has it can see which codes have been used."
            ),
            lazy_gettext("The slips"),
        ),
        StepKind.OPEN: (
            lazy_gettext("Open the survey"),
            lazy_gettext(
                "It takes answers from its first day on. If you open it before that, it begins by itself."
            ),
            lazy_gettext("The survey"),
        ),
        StepKind.PRINT_POSTER: (
            lazy_gettext("Hang up the poster"),
            lazy_gettext(
                "On it is the address by which people come in. Hang it where only those who are invited pass "
                "by."
            ),
            lazy_gettext("The poster"),
        ),
        StepKind.TELL: (
            lazy_gettext("Tell the staff that the survey is open"),
            lazy_gettext(
                "Say how to come in and until when. Give people %(minutes)s minutes of working time, and "
                "leave the room while they answer."
            ),
            lazy_gettext("Ready texts"),
        ),
        StepKind.REMIND: (
            lazy_gettext("Remind everybody"),
            lazy_gettext(
                "Remind all in the same words. Do not ask who has answered: nobody is meant to know that."
            ),
            lazy_gettext("Ready texts"),
        ),
        StepKind.CLOSES: (
            lazy_gettext("Close the survey"),
            lazy_gettext(
                "It closes by itself when its last day is over. What was begun on that day can be sent for "
                "%(hours)s hours more."
            ),
            lazy_gettext("The survey"),
        ),
        StepKind.SEAL_ANSWERS: (
            lazy_gettext("Seal the survey"),
            lazy_gettext(
                "The answers are turned into figures for the group and deleted. Before that nobody sees any "
                "result."
            ),
            lazy_gettext("The survey"),
        ),
        StepKind.REPORT: (
            lazy_gettext("Read the report"),
            lazy_gettext("It does not say how good you are. It says where to begin talking."),
            lazy_gettext("The profile"),
        ),
        StepKind.SHOW_STAFF: (
            lazy_gettext("Show the staff the results"),
            lazy_gettext(
                "Anyone who has a slip of the survey, or its link, is shown the first page and what you have "
                "agreed. It happens by itself %(days)s days after sealing. Before that you decide."
            ),
            lazy_gettext("For those who answered"),
        ),
        StepKind.MEET: (
            lazy_gettext("Talk about the results together"),
            lazy_gettext(
                "Set aside ninety minutes, with everyone who was asked to answer. Someone other than the "
                "head may well lead the meeting."
            ),
            lazy_gettext("The profile"),
        ),
        StepKind.AGREE: (
            lazy_gettext("Write down what you agreed"),
            lazy_gettext(
                "At most %(focus)s dimensions and %(most)s actions, each with a day to look back on. The "
                "next report opens with them."
            ),
            lazy_gettext("What you have agreed"),
        ),
        StepKind.LOOK_BACK: (
            lazy_gettext("Look back on what you agreed"),
            lazy_gettext("Ask first what happened and only then whether it worked. Stop what does not help."),
            lazy_gettext("What you have agreed"),
        ),
        StepKind.ASK_AGAIN: (
            lazy_gettext("Ask again"),
            lazy_gettext(
                "After about a year the report shows whether something has changed. Two surveys begin at "
                "least %(weeks)s weeks apart."
            ),
            lazy_gettext("New survey"),
        ),
    }
)
