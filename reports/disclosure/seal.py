"""The seal on every released value: only the gate holds the token that building one asks for."""

from typing import Final, NoReturn, Self, SupportsIndex


class Unsealed(TypeError):
    """A released value was built, replaced or unpickled outside the gate: a fault of the program."""


class Seal:
    """The token. A second one can be made, and opens nothing: the gate's own is compared by identity."""

    __slots__ = ()


SEAL: Final = Seal()


def verify(seal: Seal) -> None:
    """Raise Unsealed unless `seal` is the gate's own."""
    if seal is not SEAL:
        raise Unsealed("Only reports.disclosure.release builds released values; no number leaves without it.")


class SealedValue:
    """What all released types share: frozen, copied as itself, never pickled.

    A pickle is rebuilt without the constructor, so a file could forge what the gate never released;
    whoever needs a released value in another process sends the sealed wave there and releases it again.
    """

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise Unsealed("Released values are not pickled; release the sealed wave again where it is needed.")
