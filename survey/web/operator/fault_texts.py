"""What an operator reads of each part of an installation: what it is called, what is wrong, what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

PARTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "database": lazy_gettext("Database"),
        "keys": lazy_gettext("Key directory"),
        "worker": lazy_gettext("Background job"),
        "disk": lazy_gettext("Disk"),
        "queue": lazy_gettext("Queue"),
        "files": lazy_gettext("Files of jobs"),
        "machines": lazy_gettext("Machines"),
        "rounds": lazy_gettext("What the background job does"),
        "pools": lazy_gettext("Pools"),
        "jobs": lazy_gettext("Jobs"),
        "time_zone": lazy_gettext("Time zone"),
        "clock": lazy_gettext("Clock"),
        "certificate": lazy_gettext("Certificate"),
        "backup": lazy_gettext("Backup"),
    }
)

# of a fault that `kjennetegn verify` knows by another code
ANY: tuple[LazyString, LazyString] = (
    lazy_gettext("It does not work."),
    lazy_gettext("Press “Check everything now” above: it says what is wrong and what to do."),
)

FAULTS: Mapping[str, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        "unreachable": (
            lazy_gettext("It does not answer."),
            lazy_gettext("See whether its service runs, and whether its disk is full."),
        ),
        "worker-never": (
            lazy_gettext("It has not run yet."),
            lazy_gettext("Start the service kjennetegn-worker, and read the end of worker.log."),
        ),
        "worker-quiet": (
            lazy_gettext(
                "It is quiet: no survey is closed on its last day, and no report and no slips are made."
            ),
            lazy_gettext("Start the service kjennetegn-worker anew, and read the end of worker.log."),
        ),
        "disk-full": (
            lazy_gettext("A disk is nearly full. When it is, nobody can answer."),
            lazy_gettext("Make room on it, or move what is not of this service."),
        ),
        "queue-unreachable": (
            lazy_gettext(
                "The queue does not answer. Reports and slips are made all the same, a little later."
            ),
            lazy_gettext(
                "See whether the Redis server runs, and whether its address and password are right."
            ),
        ),
        "secret-differs": (
            lazy_gettext("Another machine has another secret: who signs in on one is unknown on the other."),
            lazy_gettext("Give all machines the same KJENNETEGN_SECRET, and start them anew."),
        ),
        "files-elsewhere": (
            lazy_gettext(
                "This machine has a place of its own for files of jobs: files made elsewhere are missing."
            ),
            lazy_gettext("Name the directory or bucket that all machines share in KJENNETEGN_FILES."),
        ),
        "policy-differs": (
            lazy_gettext(
                "A machine that was started since has another policy: they may show different things."
            ),
            lazy_gettext("Put the same KJENNETEGN_POLICY on all machines, and start them anew."),
        ),
        "questionnaires-differ": (
            lazy_gettext("A machine that was started since has other questionnaires of its own."),
            lazy_gettext("Put the same questionnaires on all machines, and start them anew."),
        ),
        "files-away": (
            lazy_gettext(
                "The bucket of job files does not answer. No report is made meanwhile, and none can be "
                "fetched."
            ),
            lazy_gettext("See whether its service runs, and whether this machine reaches it."),
        ),
        "files-unusable": (
            lazy_gettext("Files of jobs cannot be written or read where they should be."),
            lazy_gettext("Look at KJENNETEGN_FILES, and at the rights of this service's user there."),
        ),
        "rounds-failed": (
            lazy_gettext("Some of it could not be done in the last round. All else was."),
            lazy_gettext("Look for maintenance-failed in worker.log: its line names the code and the place."),
        ),
        "batches-wait": (
            lazy_gettext("A full batch could not be added to its pool."),
            lazy_gettext(
                "Look for maintenance-failed in worker.log, and bring the key directory back if it says so."
            ),
        ),
        "jobs-wait": (
            lazy_gettext("Jobs wait, and none has moved for some time."),
            lazy_gettext("Start the service kjennetegn-worker anew, and read the end of worker.log."),
        ),
        "jobs-failed": (
            lazy_gettext("A job failed within the last day."),
            lazy_gettext(
                "The list below says which and why. Mend that, and let whoever ordered it order it again."
            ),
        ),
        "zone-differs": (
            lazy_gettext(
                "The background job has another time zone than this server, and closes surveys on another "
                "day."
            ),
            lazy_gettext("Give KJENNETEGN_TIME_ZONE the same value for both, and start both anew."),
        ),
        "clock-jumped": (
            lazy_gettext("The clock of a machine was set, by more than five minutes."),
            lazy_gettext(
                "If it is right now, nothing is to be done: nothing is closed, removed or released by its "
                "date until it has stayed so for an hour. If it is not, let the machine keep time by NTP: "
                "see timedatectl."
            ),
        ),
        "clock-wrong": (
            lazy_gettext("The clocks of the machines differ."),
            lazy_gettext("Let all machines keep time by NTP, the database's too: see timedatectl."),
        ),
        "certificate-refused": (
            lazy_gettext("Browsers refuse the certificate of the public address, and nobody can answer."),
            lazy_gettext(
                "Renew it in the web server in front, and load its settings anew. It may also be of another "
                "name, or lack the certificate of its issuer."
            ),
        ),
        "certificate-ends": (
            lazy_gettext("The certificate of the public address ends soon."),
            lazy_gettext("See why it is not renewed by itself, and renew it in the web server in front."),
        ),
        "backup-old": (
            lazy_gettext("The last backup is old."),
            lazy_gettext("See why the timer of kjennetegn backup does not run, and make one now."),
        ),
    }
)
