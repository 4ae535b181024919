"""Where the files of jobs of an installation are."""

from survey.job_files.bucket import BucketFolder
from survey.job_files.directory import DirectoryFolder
from survey.job_files.folder import Folder
from survey.settings import Settings


def at(settings: Settings) -> Folder:
    """Return the folder that the settings name; nothing is looked at or made."""
    return BucketFolder(settings.bucket) if settings.bucket else DirectoryFolder(settings.files_directory)
