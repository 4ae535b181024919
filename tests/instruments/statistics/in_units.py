"""Answers of persons in units by a formula, which R can be given too."""

import numpy as np

from tests.instruments.statistics.factor_models.published import noise


def answers_in_units(units=12, persons=10):
    """Answers to four items (persons × items) and each person's unit: all five components of variance."""
    drawn = noise(units * persons)
    unit = np.repeat(np.arange(units), persons)
    of_units, of_persons, by_item = drawn[:units, 40], drawn[:, 41], drawn[:units, 30:34]
    items = np.array([0.0, 0.5, -0.3, 0.2])
    common = of_units[unit, np.newaxis] + of_persons[:, np.newaxis]
    return items + common + by_item[unit] + 1.5 * drawn[:, :4], unit


def thinned():
    """The same without some people, so that units are unequal; R: d[-c(1:4, 11, 12, 25, 100:106), ]."""
    values, unit = answers_in_units()
    left_out = [0, 1, 2, 3, 10, 11, 24, *range(99, 106)]
    return np.delete(values, left_out, axis=0), np.delete(unit, left_out)
