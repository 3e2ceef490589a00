"""How right the fields are, on pages whose true fields are known, as they are and damaged, beside other readers.

pages.py (a folder of saved pages with its manifest), variants.py (what is done to them first), readers.py and peers.py
(who reads them), compare.py (answers against the truth), table.py (figures for people and programs), floor.py (figures
that must not get worse).
"""
