"""One place to wait: news wakes it, in order; signals are the word to stop."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from lastro.scheduler.mailbox import Mailbox


def test_news_come_in_order_and_nothing_is_none() -> None:
    mailbox = Mailbox()
    mailbox.put("ended")
    mailbox.put("stop")
    assert mailbox.stopping
    assert [mailbox.wait(0), mailbox.wait(0), mailbox.wait(0)] == ["ended", "stop", None]
    assert mailbox.stopping


def test_a_thread_wakes_whoever_waits() -> None:
    mailbox = Mailbox()
    threading.Thread(target=mailbox.put, args=["ended"]).start()
    assert mailbox.wait(30) == "ended"
    assert not mailbox.stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_heeded_while_it_waits_and_given_back(number: signal.Signals) -> None:
    mailbox, before = Mailbox(), signal.getsignal(number)
    with mailbox.heeding_signals():
        threading.Thread(target=os.kill, args=[os.getpid(), number]).start()
        assert mailbox.wait(30) == "stop"
    assert signal.getsignal(number) is before
