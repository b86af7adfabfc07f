"""Packs as data: their models, loading, checking and rendering."""
