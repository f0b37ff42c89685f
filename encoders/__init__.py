"""Waveform -> spectrogram -> note latents -> segment latents (paper, Section 3).

Importing this package, its ``registry`` or its ``service`` does not import torch;
``encoder``, ``spectrogram``, ``models`` and ``training`` do, inside workers only.
"""
