"""What the demonstration's units agreed after their waves, in their own language."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from reports.results.agreed_actions import AgreedAction

# unit → the number of a sealed wave, from 0 → what was agreed after it
AGREED: Mapping[str, Mapping[int, tuple[AgreedAction, ...]]] = MappingProxyType(
    {
        "Solvang skole": {
            0: (
                AgreedAction(
                    "improvement_cycle",
                    "Vi prøver ut én ting om gangen og ser etter hva som skjer.",
                    "Hvert trinn velger én utprøving i måneden og skriver en halv side om hva de så.",
                    "Trinnlederne",
                    "Vi kan nevne noe vi sluttet med, fordi det ikke hjalp.",
                    date(2025, 9, 19),
                ),
            ),
            1: (
                AgreedAction(
                    "shared_practice",
                    "Vi ser mer av hverandres undervisning.",
                    "To og to besøker hverandre én gang før jul, med ett spørsmål avtalt på forhånd.",
                    "Trinnlederne, med vikar fra ledelsen",
                    "Elevene merker at voksne fra andre klasser er innom og spør.",
                    date(2025, 12, 12),
                ),
                AgreedAction(
                    "shared_practice",
                    "Det vi ser hos hverandre, blir til noe vi snakker om.",
                    "Et kvarter av hvert fellesmøte går til ett besøk: Hva så vi, og hva tar vi med oss?",
                    "Plangruppa",
                    "Flere enn de samme fem har fortalt fra egen klasse.",
                    date(2026, 2, 13),
                ),
                AgreedAction(
                    "learning_across",
                    "Vi tar med oss noe hjem når noen har vært ute.",
                    "Etter et kurs settes det av ti minutter på neste trinnmøte, og trinnet velger én ting.",
                    "Ledergruppa",
                    "Vi kan vise til noe vi gjør annerledes etter et kurs.",
                    date(2026, 3, 6),
                ),
            ),
        },
        "Opplæringsringen Nordlys": {
            1: (
                AgreedAction(
                    "learning_across",
                    "Instruktører i ulike bedrifter lærer av hverandre.",
                    "Fire bedrifter bytter instruktør en halv dag, og lærlingen får være med.",
                    "Opplæringskontoret",
                    "Lærlingene forteller om noe de fikk øve på et annet sted.",
                    date(2026, 2, 20),
                ),
            ),
        },
        "Skovbakkeskolen": {
            0: (
                AgreedAction(
                    "evidence_use",
                    "Vi ser på det, vi ved om eleverne, før vi planlægger.",
                    "Hvert årgangsteam tager én iagttagelse fra klassen med til månedens planlægning.",
                    "Årgangsteamene",
                    "Planerne henviser til noget, vi har set, og ikke kun til bogen.",
                    date(2025, 9, 26),
                ),
            ),
            1: (
                AgreedAction(
                    "leadership_structures",
                    "Tiden til at arbejde sammen bliver ikke brugt til andet.",
                    "Torsdagens teamtid står i skemaet, og beskeder sendes på skrift.",
                    "Ledelsen og skemalæggeren",
                    "Teamet har holdt ni ud af ti møder.",
                    date(2026, 1, 30),
                ),
            ),
            2: (
                AgreedAction(
                    "leadership_structures",
                    "Vi ved, hvem der beslutter hvad.",
                    "Teamkoordinatorerne skriver på én side, hvad teamet selv afgør; vi taler den igennem.",
                    "Teamkoordinatorerne",
                    "Færre spørgsmål må vente på et ledelsesmøde.",
                    date(2026, 9, 25),
                ),
            ),
        },
    }
)
