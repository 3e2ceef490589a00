"""scrapy <command>: run, extract, score, schema."""
