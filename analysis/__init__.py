"""Mathematics on latents: numpy, scipy and scikit-learn only.

Nothing here knows of files, web pages or torch, so every function can be
called with arrays from anywhere.  Every other room may import this one; this
one imports none of them.
"""
