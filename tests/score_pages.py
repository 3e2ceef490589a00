"""A page and its true fields: what tests of `scrapy score` read."""

from __future__ import annotations

from typing import Any

BODY = "江堤加固昨天开工。三百名工人上堤，工期两个月。"
TRUTH: dict[str, Any] = {
    "title": "江堤加固，全线开工",
    "time": "2024-05-01T08:30:00+08:00",
    "precision": "minute",
    "source": "江汉日报",
    "reporters": ["邹彬"],
    "correspondents": ["马岚"],
    "editors": ["何晓"],
    "first_sentence": "江堤加固昨天开工。",
    "last_sentence": "三百名工人上堤，工期两个月。",
    "body": BODY,
}
HTML = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>江堤加固，全线开工_江汉网</title><script>var from = "时间";</script></head><body><!-- 发布时间 -->
<h1 title="时间">江堤加固，全线开工</h1><div>2024-05-01 08:30　来源：江汉日报</div><p style="display:none">关注</p>
<p>江堤加固昨天开工，发布会上说，工期两个月。</p><p>记者看到，三百名工人已经上堤，沙石一车车运来，场面热闹。</p>
<p>临江市水利局说，汛期以前一定完工，请沿江的居民放心。</p></body></html>"""
