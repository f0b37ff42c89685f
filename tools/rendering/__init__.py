"""From a melody in numbered notation and a playing style to a recording."""
