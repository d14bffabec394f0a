"""How fast a run is said to be, and how long it is said to take."""

from ner.cli.console import Pace


def test_rate_share_and_time_left_are_of_what_this_run_did():
    pace = Pace(1000, begun=10.0)
    pace.told(50, 600)  # gone on with: most of this was read by a run before
    assert pace.shown(now=11.0) == "50 characters, 50/s"
    pace.told(50, 700)
    assert pace.shown(now=12.0) == "100 characters, 50/s, 70%, 0:06 left"
    pace.told(150, 1000)
    assert pace.shown(now=15.0) == "250 characters, 50/s, 100%, 0:00 left"


def test_without_a_known_end_only_the_rate_is_told():
    pace = Pace(None, begun=0.0)
    pace.told(1000, 0)
    pace.told(1500, 0)
    assert pace.shown(now=2.0) == "2,500 characters, 1,250/s"
