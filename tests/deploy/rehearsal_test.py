"""Two planted bad builds and a good one as canaries, with everything real (rehearsal.py), while landmark sessions run on."""

import contextlib
import os

import pytest
import rehearsal
import yaml
from conftest import DEPLOY

PLAN = yaml.safe_load((DEPLOY / "pipeline/canary.yml").read_text(encoding="utf-8"))
WINDOW_S = 10


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    os.environ.setdefault("PLYO_BINARY", rehearsal.binary())
    with contextlib.closing(rehearsal.Stage(tmp_path_factory.mktemp("stage"), window_s=WINDOW_S, rate=120, sessions=50)) as made:
        yield made


@pytest.mark.parametrize("case", rehearsal.CASES)
def test_users_hardly_notice(stage, tmp_path, case):
    # Where time is not what is planted, it is the machine's.
    plan = {**PLAN, "seconds": PLAN["seconds"] if case == "slow" else {"good": 20, "worst": 30}}
    (tmp_path / "plan.yml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    outcome = stage.play(case, "--plan", tmp_path / "plan.yml", "--interval-seconds", 1, "--step-seconds", WINDOW_S, "--patience-seconds", 60,
                         kill_at=": good:" if case == "good" else "")
    assert rehearsal.wrong(case, outcome, stage.haproxy) == [], outcome
    assert {"errors": "errors over", "slow": "seconds over", "good": "going on at"}[case] in outcome.said
