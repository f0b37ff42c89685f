"""Background work: the Dask engine, and what is done with it (import, maps, previews)."""
