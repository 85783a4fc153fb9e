"""Ingests that are killed: nothing that was reported stored is lost, and all goes on."""

import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

PROCESS = Path(__file__).with_name("killed_process.py")
PHASES = ("reading", "embedding", "commit", "chroma", "lexical", "generation")
KILLS = 50
TOGETHER = 2

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


class Steps:
    """Runs steps of killed_process.py, each in a process of its own, two at a time."""

    def __init__(self, processes):
        self._idle = queue.SimpleQueue()
        for process in processes:
            self._idle.put(process)

    def __call__(self, *request):
        """Run a step; return its exit status and what it said."""
        process = self._idle.get()
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        self._idle.put(process)
        return answer


@pytest.fixture(scope="module")
def step(session_environment):
    with ExitStack() as stack:
        processes = [stack.enter_context(started()) for _ in range(TOGETHER)]
        yield Steps(processes)


@contextmanager
def started():
    with subprocess.Popen(
        [sys.executable, str(PROCESS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


def together(work, numbers):
    """Do the work for each number; return what came of it, in order."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(work, numbers))


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

    def killed(last):
        folder = shutil.copytree(base, tmp_path / str(last))
        phase, stored = kill(step, folder, "ingest", last)
        assert step("look", str(folder), stored) == [0, whole], (phase, last)
        return phase

    died = Counter(together(killed, spread(instants, KILLS, PHASES)))
    assert died.total() == KILLS
    assert all(died[phase] >= KILLS // len(PHASES) for phase in PHASES), died


def test_a_rebuild_killed_in_any_phase_loses_nothing(step, base, tmp_path):
    phases = ("chroma", "lexical", "generation")
    instants, _ = instants_of(step, shutil.copytree(base, tmp_path / "whole"), "rebuild")

    def killed(last):
        folder = shutil.copytree(base, tmp_path / str(last))
        phase, _ = kill(step, folder, "rebuild", last)
        assert step("look_at_any", str(folder)) == [0, 6], (phase, last)
        return phase

    assert set(together(killed, spread(instants, 12, phases))) == set(phases)


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
