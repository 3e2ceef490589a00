"""The inspector: a page as served beside the article, or a list of articles to go through, in one HTML document.

    records     lines of articles and refusals in files: an index, and one line at a time
    frame       the page as served, made inert
    document    the HTML: data, style and script in one
    server      the document on 127.0.0.1, for one person

The script builds the page from text alone; what pages say is never markup in it.
"""
