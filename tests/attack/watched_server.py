"""Run in a process of its own: `kjennetegn serve` with one more fault, its arguments being the command's.

Around the whole application, where no page of ours can catch it, whatever is asked for below /fault is
raised, warned of and logged by libraries, as a careless one would do it.
"""

import logging
import sys
import threading
import warnings

from survey.cli import main
from survey.web.platform import headers

installed = headers.install


def install(app, *, https):
    installed(app, https=https)
    inside = app.wsgi_app

    def careless(environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/fault"):
            told = f"{environ['REMOTE_ADDR']} {path}"
            warnings.warn(told, stacklevel=1)
            logging.getLogger("careless").error("%s", told)
            logging.getLogger("werkzeug").warning("%s", told)
            failing = threading.Thread(target=int, args=[told])
            failing.start()
            failing.join()
            raise ValueError(told)
        return inside(environ, start_response)

    app.wsgi_app = careless


if __name__ == "__main__":
    headers.install = install
    main(["serve", *sys.argv[1:]])
