"""What ``callbacks.services`` promises, on a real library and engine."""
