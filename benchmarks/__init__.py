"""What we promise about speed, each promise with its gate; run with ``make bench``."""
