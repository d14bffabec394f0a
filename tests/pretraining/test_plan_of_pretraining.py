"""The rate over the way: up, then down to 0, at the end of the steps or of the time."""

import pytest

from ner.errors import ConfigError
from ner.pretraining.plan import Plan


def test_the_rate_rises_over_the_warm_up_and_then_falls_to_nothing():
    plan = Plan(warmup=0.1)
    shares = {0.0: 0, 0.05: 0.5, 0.1: 1, 0.55: 0.5, 1.0: 0, 1.2: 0}
    assert {passed: pytest.approx(plan.share(passed)) for passed in shares} == shares


def test_without_a_warm_up_it_only_falls():
    assert [Plan(warmup=0.0).share(passed) for passed in (0.0, 0.25, 1.0)] == [1.0, 0.75, 0.0]


@pytest.mark.parametrize(
    "option, field", [("learning-rate", "rate"), ("masked", "masked"), ("minutes", "minutes")]
)
@pytest.mark.parametrize("number", ["nan", "inf"])
def test_a_number_that_is_none_is_refused(option, field, number):
    with pytest.raises(ConfigError) as raised:
        Plan(**{field: float(number)})
    assert str(raised.value) == f"--{option}: got {number}, expected a finite number"
