"""Turns of a conversation for the tests of rendering: played from events, and parsed."""

from html_outline import outline
from scripted_assistant import PAPERS, lookup_in

from ui.render import render_turn
from ui.turn import Turn


def played(events, number=1, question="How much do clocks drift?"):
    turn = Turn(number, question)
    for event in events:
        turn = turn.take(event)
    return turn


def rendered(turn, *papers):
    return outline(render_turn(turn, lookup_in(*(papers or PAPERS)), 195))
