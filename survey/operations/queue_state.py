"""Whether the queue that several machines share answers, where one is named."""

from collections.abc import Iterator

from instruments.problems import Problem
from survey.settings import Settings

_PATIENCE = 2.0  # seconds


def problems(settings: Settings) -> Iterator[Problem]:
    """Yield why the named queue cannot be used, if so; its place is told without its password."""
    if not settings.queue:
        return
    from redis import Redis  # noqa: PLC0415 - most installations name no queue, and every command would load it
    from redis.exceptions import RedisError  # noqa: PLC0415

    patience = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    try:
        with Redis.from_url(settings.queue, **patience) as connection:
            connection.ping()
    except (RedisError, OSError) as error:
        # the class alone: what it says of itself may hold what is in the address
        fault = f"The queue does not answer ({type(error).__name__}). Workers look for tasks by themselves."
        remedy = "Check KJENNETEGN_QUEUE, that the Redis server runs, and its user and password."
        yield Problem(settings.queue_place, "queue-unreachable", fault, remedy)
