"""Numbered notation (jianpu) in text files: melodies, their parser and a generator of new ones."""
