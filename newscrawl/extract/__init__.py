"""Page or text -> fields: page_reader.py and flat.py make a draft of it, article.py fills the record from drafts."""
