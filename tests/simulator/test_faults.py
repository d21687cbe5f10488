from __future__ import annotations

import pytest

from lastro.core.errors import RequestError
from lastro.simulator.faults import Fault, FaultBook


def test_a_fault_falls_on_its_paths_so_many_times() -> None:
    book = FaultBook()
    book.order(Fault("202401", "empty", 2, 0))
    assert book.take("/inf_diario_fi_202402.zip") is None
    taken = [book.take("/inf_diario_fi_202401.zip") for _ in range(3)]
    assert [fault is not None for fault in taken] == [True, True, False]


def test_faults_fall_in_the_order_given() -> None:
    book = FaultBook()
    book.order(Fault("zip", "empty", 1, 0))
    book.order(Fault("zip", "html", 1, 0))
    taken = [book.take("/a.zip") for _ in range(2)]
    assert [fault.kind for fault in taken if fault] == ["empty", "html"]


@pytest.mark.parametrize(
    ("kind", "times", "seconds"), [("flood", 1, 0), ("slow", 0, 0), ("slow", 1, -1)]
)
def test_a_senseless_order_is_refused(kind: str, times: int, seconds: float) -> None:
    with pytest.raises(RequestError, match="no fault"):
        FaultBook().order(Fault("zip", kind, times, seconds))
