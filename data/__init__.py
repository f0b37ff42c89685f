"""The library on disk: decoding, labels, catalogue, latents, maps, the demo collection."""
