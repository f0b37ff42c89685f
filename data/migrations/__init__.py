"""How the catalogue's tables came to be (Alembic)."""
