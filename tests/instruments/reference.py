"""The data behind the reference values, small enough to type into R.

R 4.2.2 with psych 2.2.9, lavaan 0.6.14 and multilevel 2.7 (Debian 12). `.` is a missing answer (NA in R):
X <- read.fwf(textConnection(strsplit(FULL, " ")[[1]]), rep(1, 4)), likewise Y (HOLES) and Z (SIX, width 6).
"""

import numpy as np

from instruments.aggregates.moments import Moments
from instruments.aggregates.sealed_moments import KeptDetail, SealedMoments
from tests.instruments.building import built, coded

FULL = """
    1333 2333 2221 3544 5255 4434 3333 5333 2234 3323 3353 5443 5453 4443 3434
    4222 4534 3324 4354 3334 2132 4534 4343 3444 4533 3453 2434 3253 2324 4433
"""
HOLES = """
    1333 2333 .2.1 3544 52.5 4434 3333 53.3 2234 3323 3353 5443 5.53 4443 3.34
    4222 4534 3324 4.54 3334 2132 4534 .3.3 3444 4533 3453 2434 32.3 2.24 443.
"""
SIX = """
    433224 252535 325533 224232 224343 222332 235324 634426 332433 224243 434444 544325
    534445 242443 552242 452244 232131 143422 112132 414231 132223 313113 432142 444544
    343524 325534 112131 334334 332544 444334 432223 433234 233312 242352 454346 232321
    535544 643346 422343 443343 454424 224432 223531 243242 665455 221142 552345 354234
    314452 546565 424535 322232 333234 343354 534334 454344 433242 245334 454454 322152
    444453 122442 235143 322124 432133 332335 643434 535445 122232 132231 444433 112131
    334143 443344 535655 354243 235345 533234 434334 665454 143323 321344 344144 455444
    334533 343422 345234 224443 645435 354344 433565 445434 422242 455444 325333 452336
    323432 544366 231332 221221 331444 531222 424244 554536 554424 333333 336434 534544
    533351 334452 543532 423446 212223 314344 445444 133324 422343 324234 634353 343332
"""
# which of four groups each person of FULL is in: unequal sizes; without and with differences between them
LOOSE = [1] * 5 + [2] * 7 + [3] * 8 + [4] * 10
TIGHT = [1, 2, 1, 3, 4, 3, 2, 3, 2, 2, 3, 3, 4, 3, 3, 1, 4, 2, 4, 2, 1, 4, 3, 3, 3, 3, 2, 2, 2, 3]

FOUR = built({"d": list("abcd")})
ON_SIX = built({"d": list("uvwxyz")}, categories=range(1, 7))


def answers(version, text):
    """The matrix of a block of digits."""
    rows = [[None if digit == "." else int(digit) for digit in row] for row in text.split()]
    return coded(version, rows)


def grouped(text, groups):
    """The moments of every group of persons of a four-item block, in the groups' order."""
    return of_groups(FOUR, answers(FOUR, text), np.array(groups) - 1)


def of_groups(version, matrix, groups):
    """The moments of every group of a matrix's rows, numbered from 0."""
    return [Moments.of(version, matrix[groups == group]) for group in range(int(groups.max()) + 1)]


def sums_of(version, matrix):
    """What sealing keeps of so few answers that it keeps no table."""
    detail = KeptDetail(fewest=1, sides_from=1, tables_from=len(matrix) + 1)
    return SealedMoments.of(version, matrix, detail, np.random.default_rng(1))


X = Moments.of(FOUR, answers(FOUR, FULL))
Y = Moments.of(FOUR, answers(FOUR, HOLES))
Z = Moments.of(ON_SIX, answers(ON_SIX, SIX))
