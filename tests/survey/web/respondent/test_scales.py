"""Every evenly spaced scale is answered on the page, sealed, and read back as the mean of its codes."""

import pytest

from instruments import library, statistics
from survey.collection import code_issuing, lifecycle, sealing
from survey.store.repositories import sealed as sealed_waves
from tests.instruments.written import definition
from tests.waves import opened

PEOPLE = 6


@pytest.mark.parametrize("codes", [range(11), (0, 25, 50, 75, 100), (-2, -1, 0, 1, 2)])
def test_answers_on_any_scale_travel_from_the_form_to_the_mean(browser, home, tmp_path, monkeypatch, codes):
    monkeypatch.setattr(library, "_folders", [tmp_path])
    # the second of three items is reversed
    text = definition([3], codes, ("dont_know",), [False, True, False], 0.5)
    (tmp_path / "any@1.0.0.toml").write_text(text, "utf-8")
    library.get.cache_clear()
    wave = opened(home, instrument="any@1.0.0", language="en", invited=PEOPLE)
    chosen = [codes[place % len(codes)] for place in range(PEOPLE)]
    for code, answer in zip(
        code_issuing.issue(home.database, home.keys, wave.key, PEOPLE), chosen, strict=True
    ):
        browser.get("/").submit({"code": code}, "Start")
        browser.get("/answer/1")
        fields = list(dict.fromkeys(each["name"] for each in browser.page.select("input[type=radio]")))
        offered = [each["value"] for each in browser.page.select(f"input[name={fields[0]}]")]
        assert offered[: len(codes)] == [str(each) for each in codes]
        browser.submit(dict.fromkeys(fields, str(answer)), "forward")
        browser.submit(press="Send")
        assert browser.path == "/answer/send"
    lifecycle.close(home.database, wave.key)
    found = sealed_waves.of_wave(
        home.database, sealing.seal(home.database, home.keys, home.policy, wave.key)
    ).moments
    low, high, mean = codes[0], codes[-1], sum(chosen) / PEOPLE
    means = [statistics.item_summary(found, item.id).mean for item in found.version.items]
    assert means == pytest.approx([mean, low + high - mean, mean])
    assert float(statistics.mean_of_items(found, "d0")) == pytest.approx((2 * mean + low + high - mean) / 3)
    assert statistics.dimension_summary(found, "d0").mean == pytest.approx(sum(means) / 3)
    library.get.cache_clear()
