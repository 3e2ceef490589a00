"""Bytes -> text -> the text the author wrote: charset.py, mojibake.py, and restore/ for what mirrors do."""
