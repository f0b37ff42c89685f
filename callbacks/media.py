"""Routes that serve sound and pictures of it to the player."""

from __future__ import annotations

from flask import Flask, Response, abort, request, send_file

from analysis.segments import SEGMENT_COLUMNS
from callbacks.services import Services
from errors import UserError
from figures.spectrogram import spectrogram_png
from language import translated


def media_path(recording: int) -> str:
    """Where a recording's sound and pictures are served."""
    return f"/media/{recording}"


def scale_audio_path(scales: str, recording: int) -> str:
    """Where the sound of recorded scales is served."""
    return f"/media/scales/{scales}/{recording}/audio"


def register(server: Flask, services: Services) -> None:
    """Add the player's routes."""

    @server.get("/media/<int:recording>/audio")
    def audio(recording: int) -> Response:
        path = services.sound.audio(recording)
        if path is None:
            abort(404)
        # conditional: the browser asks for byte ranges to jump to a segment.
        return send_file(path, conditional=True, max_age=3600)

    @server.get("/media/scales/<scales>/<int:recording>/audio")
    def scale_audio(scales: str, recording: int) -> Response:
        path = services.sound.scale_audio(scales, recording)
        if path is None:
            abort(404)
        return send_file(path, conditional=True, max_age=3600)

    @server.get("/media/<int:recording>/spectrogram/<int:segment>.png")
    def spectrogram(recording: int, segment: int) -> Response:
        columns = services.sound.spectrogram(recording, segment * SEGMENT_COLUMNS, SEGMENT_COLUMNS)
        if not len(columns):
            abort(404)
        response = Response(spectrogram_png(columns), mimetype="image/png")
        response.cache_control.max_age = 3600
        return response

    @server.get("/media/<int:recording>/waveform")
    def waveform(recording: int) -> Response:
        peaks = services.sound.waveform(recording)
        response = Response(peaks.astype("<i2").tobytes(), mimetype="application/octet-stream")
        response.cache_control.max_age = 3600
        return response

    @server.errorhandler(UserError)
    def explain(problem: UserError) -> tuple[str, int]:
        if not request.path.startswith("/media/"):
            raise problem
        return translated(problem), 404
