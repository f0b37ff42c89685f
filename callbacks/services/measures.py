"""What is measured of the latents, and of the sound."""

from __future__ import annotations

from typing import Protocol

from analysis.descriptors import DescriptorState
from analysis.report import EvaluationState
from analysis.segments import SegmentTable


class Evaluation(Protocol):
    """What the Evaluate page asks for."""

    def start(self) -> None:
        """Begin an evaluation in the background unless one is under way."""

    def state(self) -> EvaluationState:
        """How far it is, and the figures of the current map as they were kept last."""


class Descriptors(Protocol):
    """What a musician hears in each segment."""

    def state(self, table: SegmentTable) -> DescriptorState:
        """What is known of a table's segments; the first to ask has the rest measured."""
