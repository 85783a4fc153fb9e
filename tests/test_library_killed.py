"""Ingests that are killed: nothing that was reported stored is lost, and all goes on."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

PROCESS = Path(__file__).with_name("killed_process.py")
PHASES = ("reading", "embedding", "commit", "chroma", "lexical", "generation")
KILLS = 50

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


@pytest.fixture(scope="module")
def step(session_environment):
    """Runs a step of killed_process.py in a process of its own: (exit status, what it said)."""
    with subprocess.Popen(
        [sys.executable, str(PROCESS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(*request):
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.fixture(scope="module")
def base(step, tmp_path_factory):
    folder = tmp_path_factory.mktemp("base") / "library"
    assert step("make", str(folder))[0] == 0
    return folder


def lines(log):
    """The lines of a log as (phase, number); those in which an ingest reports are `stored`."""
    return [(line.split()[0], int(line.split()[1])) for line in log.read_text().splitlines()]


def instants_of(step, folder, action):
    """The instants of an action that nobody kills, and the fingerprint of what it leaves."""
    log = folder.with_suffix(".log")
    status, fingerprint = step("write", str(folder), action, str(log), 0)
    assert status == 0, fingerprint
    instants = [line for line in lines(log) if line[0] != "stored"]
    assert [number for _, number in instants] == list(range(1, len(instants) + 1))
    return instants, fingerprint


def spread(instants, kills, phases):
    """The numbers of `kills` instants: as many of each phase, evenly over each."""
    of_phase = defaultdict(list)
    for phase, number in instants:
        of_phase[phase].append(number)
    chosen = []
    for position, phase in enumerate(phases):
        numbers, count = of_phase[phase], len(range(position, kills, len(phases)))
        chosen += [numbers[(2 * k + 1) * len(numbers) // (2 * count)] for k in range(count)]
    return sorted(chosen)


def kill(step, folder, action, last):
    """Kill an action at an instant; return its phase, and how many items it reported stored."""
    log = folder.with_suffix(".log")
    status, _ = step("write", str(folder), action, str(log), last)
    assert status == -signal.SIGKILL
    *_, (phase, number) = (line for line in lines(log) if line[0] != "stored")
    assert number == last
    return phase, max((count for phase, count in lines(log) if phase == "stored"), default=0)


def test_an_ingest_killed_at_50_instants_of_all_phases_loses_nothing(step, base, tmp_path):
    instants, whole = instants_of(step, shutil.copytree(base, tmp_path / "whole"), "ingest")
    died = Counter()
    for last in spread(instants, KILLS, PHASES):
        folder = shutil.copytree(base, tmp_path / str(last))
        phase, stored = kill(step, folder, "ingest", last)
        assert step("look", str(folder), stored) == [0, whole], (phase, last)
        died[phase] += 1
        shutil.rmtree(folder)
    assert died.total() == KILLS
    assert all(died[phase] >= KILLS // len(PHASES) for phase in PHASES), died


def test_a_rebuild_killed_in_any_phase_loses_nothing(step, base, tmp_path):
    phases = ("chroma", "lexical", "generation")
    instants, _ = instants_of(step, shutil.copytree(base, tmp_path / "whole"), "rebuild")
    for last in spread(instants, 12, phases):
        folder = shutil.copytree(base, tmp_path / str(last))
        kill(step, folder, "rebuild", last)
        status, found = step("look_at_any", str(folder))
        assert (status, found) == (0, 6), last


def test_an_ingest_killed_from_outside_at_any_time_loses_nothing(step, base, tmp_path):
    folder = shutil.copytree(base, tmp_path / "library")
    seconds = random.Random(4).sample(range(5, 100), 6)
    count = 6
    for number, hundredths in enumerate(seconds):
        said = step("killed_from_outside", str(folder), 100 * number + 100, hundredths / 100)
        assert said == [0, -signal.SIGKILL]
        status, found = step("look_at_any", str(folder))
        assert status == 0, found
        assert found >= count
        count = found
    assert count > 6
