"""A small writer of Standard MIDI Files (format 0) with times in seconds.

One tick is a millisecond: the file's tempo never changes, tempo changes are
already in the times of the events.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

TICKS_PER_SECOND = 1000
BEND_RANGE_SEMITONES = 12.0


class MidiTrack:
    """Collects events in any order; :meth:`to_bytes` sorts and writes them."""

    def __init__(self) -> None:
        self._events: list[tuple[int, int, int, bytes]] = []

    def _add(self, time_s: float, order: int, message: bytes) -> None:
        tick = max(0, round(time_s * TICKS_PER_SECOND))
        self._events.append((tick, order, len(self._events), message))

    def note(self, channel: int, key: int, velocity: int, start_s: float, end_s: float) -> None:
        """Add a note from `start_s` to `end_s`; it lasts at least 10 ms."""
        end_s = max(end_s, start_s + 0.01)
        self._add(start_s, 2, bytes((0x90 | channel, key, velocity)))
        self._add(end_s, 0, bytes((0x80 | channel, key, 0)))

    def control(self, channel: int, time_s: float, number: int, value: float) -> None:
        """Set a controller; `value` is cut to 0..127."""
        self._add(time_s, 1, bytes((0xB0 | channel, number, min(127, max(0, round(value))))))

    def bend(self, channel: int, time_s: float, semitones: float) -> None:
        """Bend all notes of a channel by `semitones` (within :data:`BEND_RANGE_SEMITONES`)."""
        value = min(16383, max(0, 8192 + round(semitones / BEND_RANGE_SEMITONES * 8192)))
        self._add(time_s, 1, bytes((0xE0 | channel, value & 127, value >> 7)))

    def setup(self, channel: int, program: int, volume: int, reverb: int) -> None:
        """Choose a program, a volume, a reverb send and the bend range at time 0."""
        self._add(0.0, 1, bytes((0xC0 | channel, program)))
        for number, value in (
            (7, volume),
            (10, 64),
            (91, reverb),
            (101, 0),
            (100, 0),
            (6, int(BEND_RANGE_SEMITONES)),
            (38, 0),
        ):
            self.control(channel, 0.0, number, value)

    def tuning(self, cents: Sequence[float]) -> None:
        """Tune the twelve pitch classes from C, in cents off equal temperament at A4 = 440 Hz.

        Written as the MIDI Tuning Standard's two-byte octave tuning, for all channels.
        """
        data = bytearray((0xF0, 0x7F, 0x7F, 0x08, 0x09, 0x03, 0x7F, 0x7F))
        for value in cents:
            number = min(16383, max(0, 8192 + round(value / 100.0 * 8192)))
            data += bytes((number >> 7, number & 127))
        data.append(0xF7)
        self._add(0.0, 0, bytes(data))

    def to_bytes(self, end_s: float) -> bytes:
        """The whole file, lasting at least until `end_s`."""
        track = bytearray(b"\x00\xff\x51\x03" + (500_000).to_bytes(3, "big"))
        now = 0
        for tick, _, _, message in sorted(self._events, key=lambda event: event[:3]):
            track += _variable_length(tick - now)
            if message[0] == 0xF0:
                track += b"\xf0" + _variable_length(len(message) - 1) + message[1:]
            else:
                track += message
            now = tick
        track += _variable_length(max(0, round(end_s * TICKS_PER_SECOND) - now)) + b"\xff\x2f\x00"
        header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, TICKS_PER_SECOND // 2)
        return header + struct.pack(">4sI", b"MTrk", len(track)) + bytes(track)


def _variable_length(value: int) -> bytes:
    digits = [value & 127]
    while value := value >> 7:
        digits.append(128 | (value & 127))
    return bytes(reversed(digits))
