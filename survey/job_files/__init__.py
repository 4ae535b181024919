"""The files of jobs, and the small ones beside them: in a directory, or in a bucket that machines share."""

from survey.job_files.at import at
from survey.job_files.folder import AWAY, Folder, JobFile

__all__ = ["AWAY", "Folder", "JobFile", "at"]
