"""Wiring: inputs of the page to one ``compute_*`` function to outputs of the page.

Each module has ``register(app, services)``; the services are arguments, so that
two apps can live in one process.  Nothing here imports torch.
"""
