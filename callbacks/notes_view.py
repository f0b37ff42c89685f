"""What the Notes page shows of computed maps: figures, names, cents, facts (paper, Fig. 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html

from analysis.notes import QUESTIONS, Note, NoteMaps, NoteSource
from analysis.segments import COLUMNS_PER_SECOND
from analysis.solfege import TONICS, cents_off, pitch_name
from callbacks.media import media_path, scale_audio_path
from callbacks.services import NoteRequest, NotesState
from figures.notes import instrument_rows, note_map_figure
from figures.palette import SYMBOL_TEXTS, categorical
from figures.style import clock, message_figure, signed
from language import N_, _, ngettext, translated
from language.instruments import instrument_label

#: The shortest sound that a click plays, and the longest, seconds.
SHORTEST_S, LONGEST_S = 0.25, 1.5


@dataclass(frozen=True)
class Page:
    """Everything that the server writes on the page, in the order of the outputs."""

    samples: Any
    latents: Any
    samples_figures: Any
    latents_figures: Any
    legend: Any
    facts: Any
    store: Any
    idle: bool

    def outputs(self) -> tuple[Any, ...]:
        """As the callback returns them."""
        return tuple(vars(self).values())


def nothing_page(state: NotesState) -> Page:
    """Empty maps; the sentence says why, and what to do."""
    sentence = translated(state.sentence)
    store = {"status": sentence, "busy": state.busy}
    reason = message_figure("" if state.busy else sentence)
    return Page(reason, message_figure(""), [], [], [], [], store, idle=not state.busy)


def page_of(
    maps: NoteMaps,
    names: list[str],
    tonics: list[int | None],
    keys: Mapping[str, int],
    token: str,
    request: NoteRequest,
    encoder: str,
) -> Page:
    """Both maps, what is under and above them, and the store that the browser links them by."""
    notes = maps.notes
    of_column = [notes[index] for index in maps.note.tolist()]
    labels = [names[index] for index in maps.note.tolist()]
    loudness = [note.loudness for note in of_column]
    instruments = [note.instrument for note in of_column]
    cents = [_cents(maps, note, tonics[note.source]) for note in notes]
    remarks = [cents[index] for index in maps.note.tolist()]
    times = maps.column / COLUMNS_PER_SECOND
    details = [
        _place(maps, note, time) for note, time in zip(of_column, times.tolist(), strict=True)
    ]
    samples, latents = (
        note_map_figure(positions, labels, loudness, instruments, remarks, details)
        for positions in (maps.samples, maps.latents)
    )
    by_instrument = instrument_rows(instruments)
    store = {
        "token": token,
        "status": "",
        "busy": False,
        "rows": [rows.tolist() for _, rows in by_instrument],
        "note": maps.note.tolist(),
        "time": times.tolist(),
        "notes": {
            "name": names,
            "instrument": [note.instrument for note in notes],
            "loudness": [note.loudness for note in notes],
            "start": [note.start_s for note in notes],
            "end": [note.end_s for note in notes],
            "source": [note.source for note in notes],
        },
        "audio": _audio(maps, request),
        "sources": [
            {"digest": origin.digest, "title": _title(origin), "tonic": origin.tonic}
            for origin in maps.sources
        ],
        "tonics": TONICS,
        "sound": {"shortest": SHORTEST_S, "longest": LONGEST_S},
    }
    return Page(
        samples,
        latents,
        _figures(maps.figures["samples"], maps.figures["latents"]),
        _figures(maps.figures["latents"], maps.figures["samples"]),
        _legend([name for name, _ in by_instrument]),
        _facts(maps, tonics, keys, encoder),
        store,
        idle=True,
    )


def tonic_of(origin: NoteSource, keys: Mapping[str, int]) -> int | None:
    """Do of a recording: as it was chosen, else as it was estimated; None for known names."""
    chosen = keys.get(origin.digest)
    if origin.tonic is None or chosen not in range(len(TONICS)):
        return origin.tonic
    return chosen


def name_of(maps: NoteMaps, note: Note, tonic: int | None) -> str:
    """The note's name, in its recording's key where the pitch was estimated."""
    if tonic is None:
        return note.name
    return pitch_name(round(_in_tune(maps, note)), tonic)


def _cents(maps: NoteMaps, note: Note, tonic: int | None) -> str:
    """How far the note is off, for its card; nothing for Fa and Ti, and for known names."""
    cents = None if tonic is None else cents_off(_in_tune(maps, note), tonic)
    return "" if cents is None else _("{cents} cents", cents=signed(cents))


def _in_tune(maps: NoteMaps, note: Note) -> float:
    return note.pitch - maps.sources[note.source].tuning_cents / 100


def _place(maps: NoteMaps, note: Note, time_s: float) -> str:
    origin = maps.sources[note.source]
    return f"{origin.title}, {clock(time_s)}" if origin.recording is not None else ""


def _title(origin: NoteSource) -> str:
    return f"{origin.title} · {origin.performer}" if origin.performer else origin.title


def _audio(maps: NoteMaps, request: NoteRequest) -> list[str]:
    return [
        scale_audio_path(request.scales, index)
        if origin.recording is None
        else f"{media_path(origin.recording)}/audio"
        for index, origin in enumerate(maps.sources)
    ]


def _figures(own: Mapping[str, Any], other: Mapping[str, Any]) -> html.Dl:
    """Trustworthiness and T1's figures of one map; what is better than on the other is bold."""
    entries = [_entry("trustworthiness", own["trustworthiness"], other["trustworthiness"], None)]
    for question in QUESTIONS:
        accuracy = own[question]["accuracy"]
        entries.append(
            _entry(question, accuracy, other[question]["accuracy"], own[question]["chance"])
        )
    return html.Dl(entries)


_MEANING = {
    "trustworthiness": N_(
        "How far neighbours on this map are neighbours among the numbers it shows"
    ),
    "pitch": N_("Share of columns whose 5 nearest columns of other notes have their pitch"),
    "pitch across instruments": N_("The same, with neighbours from other instruments only"),
    "loudness": N_("Share of columns whose 5 nearest columns of other notes are as loud"),
    "instrument": N_(
        "Share of columns whose 5 nearest columns of other notes have their instrument"
    ),
}

_QUESTIONS = {
    "trustworthiness": N_("trustworthiness"),
    "pitch": N_("pitch"),
    "pitch across instruments": N_("pitch across instruments"),
    "loudness": N_("loudness"),
    "instrument": N_("instrument"),
}


def _entry(name: str, value: float | None, other: float | None, chance: float | None) -> html.Div:
    if value is None:
        text = [html.Dd("–")]
        meaning = _("{meaning}: these notes do not allow it.", meaning=_(_MEANING[name]))
    else:
        better = other is not None and round(value, 3) > round(other, 3)
        text = [html.Dd(f"{value:.3f}", className="better" if better else "")]
        meaning = _("{said}.", said=_(_MEANING[name]))
        if chance is not None:
            text.append(html.Dd(_("chance {value:.2f}", value=chance), className="chance"))
    return html.Div([html.Dt(_(_QUESTIONS[name])), *text], title=meaning)


def _legend(instruments: list[str]) -> list[html.Span]:
    colours = categorical(len(instruments))
    return [
        html.Span(
            [
                html.Span(
                    SYMBOL_TEXTS[code % len(SYMBOL_TEXTS)],
                    className="symbol",
                    style={"color": colours[code]},
                ),
                instrument_label(name),
            ],
            role="listitem",
        )
        for code, name in enumerate(instruments)
    ]


def _facts(maps: NoteMaps, tonics: list[int | None], keys: Mapping[str, int], encoder: str) -> str:
    """Key and tuning of one recording, how much is shown, and whose the latents are."""
    parts = []
    first = maps.sources[0]
    if len(maps.sources) == 1 and (tonic := tonics[0]) is not None:
        how = _("chosen") if first.digest in keys else _("estimated")
        parts.append(f"1 = {TONICS[tonic]} ({how})")
        cents = round(first.tuning_cents)
        hertz = 440 * 2 ** (first.tuning_cents / 1200)
        parts.append(_("A = {hertz:.0f} Hz ({cents} cents)", hertz=hertz, cents=signed(cents)))
    elif first.recording is not None:
        count = len(maps.sources)
        parts.append(_("{count} recordings, each in its own key and tuning", count=count))
    said = translated(maps.remark)
    parts.append(said or ngettext("1 note", "{count:,} notes", len(maps.notes)))
    parts.append(_("encoder {encoder}, the library’s own", encoder=encoder))
    return " · ".join(parts)
