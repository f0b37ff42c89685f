"""Tools of the developers: what makes the demo collection and the training corpus."""
