"""What is seen of a page without any list of words: links, dates, fragments, controls, a stuffed headline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from newscrawl.extract.draft import Draft
from newscrawl.extract.title import letters
from newscrawl.items import Article
from newscrawl.judge.evidence import MOST, SENTENCE_ENDS, Evidence, has_prose, is_sentence
from newscrawl.judge.junk import kind_of

# Articles beside long lists reach 73 % of text in links; the median of real articles is a third.
LINKED, MOSTLY_LINKED = 0.3, 0.5
# Of dated lines, of controls and of fragments an article may have a few.
_FEW, _DATED_SHARE = 4, 0.25
# Of cut paragraphs too; a third of them makes no text.
_TEASERS, _CUT_SHARE = 3, 1 / 3
# A template repeats the words at the begin or the end of a line in half of at least this many lines.
_TEMPLATE_LINES, _TEMPLATE_WORDS = 8, 4
# A title that repeats a name three times is made for search engines; the text repeats it as often as articles repeat
# what they are about (2 % to 9 % of the text).
_REPEATED, _SHORTEST_NAME, _STUFFED = 3, 3, 0.03
_LONGEST_TITLE, _LONG_TAIL = 200, 6
_LONGEST_CONTROLS = 30
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DATED = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|[01]?\d-[0-3]\d(?!\d))|\d+ ?(?:分钟|小时|天)前"
)
_TEASER_ENDS = ("…", "...", "[…]", "[...]", "&hellip;")
_READ_ON = re.compile(r"^\W*(?:继续阅读|阅读(?:全文|更多|原文)|查看(?:全文|详情|更多)|详[细情]|全文)\W*$")
# The controls printed below a post; what is left of such a line without them is numbers and signs.
_ANSWER = re.compile(r"回[复覆应]|引[用言]|举报|檢舉|投诉|反对")
_CONTROLS = re.compile(_ANSWER.pattern + r"|点?赞|踩|顶|支持|评论|分享|收藏|感谢|追问|使用道具|喜欢|[\W\d]")
_FEED = re.compile(
    r"\s*<\?xml[^>]*>\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.DOTALL
)
_FEED_HEAD = 2000
# [关键词]headline, 【甲+乙】headline, name[官网入口]: what is sold stands in brackets.
_BRACKET = re.compile(
    r"^\[[^\]]{4,20}\]|^[【\[][^】\]]{0,30}[+＋|_][^】\]]{0,30}[】\]]"
    r"|(?<=.)[\[【][^】\]]{0,8}(?:入口|下载|网址|官网)[^】\]]{0,8}[】\]]"
)
# A name to be found with whatever is asked for: 甲乙丙官网, 甲乙丙app, 甲乙丙登录入口.
_OFFER = re.compile(r"官网|app|APP|体育|下载|登录|入口|网址|注册|平台|娱乐|棋牌|投注|彩票")
# What a company or an office calls itself stands where its pages have no headline.
_OWNER = re.compile(
    r"[\u4e00-\u9fff（）()]{2,20}"
    r"(?:公司|厂|研究[所院]|大学|学院|[中小]学|医院|政府|委员会|协会|合作社|事务所|门户网站|[^报]局|商行|店)$"
)
_REPORTS = re.compile(r"[开结破布大格僵出棋]局$|^(?:走进|走近|探访|夜访|走访|记者|来到|揭秘|我在|打卡|直击)")
_TITLE_PARTS = re.compile(r"[,、_|]")
_CLAUSE = re.compile(r"[ 。！？：“]")


def structure_against(article: Article, draft: Draft) -> Iterator[Evidence]:
    """All evidence that needs no list of words."""
    yield from _lines(article.body)
    yield from _page(article, draft)
    yield from _stuffing(article, draft)
    yield from _headline(article)


def _lines(body: Sequence[str]) -> Iterator[Evidence]:
    """Dates, fragments and teasers where paragraphs should be."""
    dated = sum(not text.endswith(SENTENCE_ENDS) and _DATED.search(text) is not None for text in body)
    if dated >= max(_FEW, _DATED_SHARE * len(body)):
        yield Evidence("list_page", 3, f"{dated} of {len(body)} lines are dated")
    fragments = sum(not is_sentence(text) for text in body)
    if fragments > max(_FEW, len(body) / 2):
        yield Evidence("list_page", 2, f"{fragments} of {len(body)} lines are no sentences")
    if (share := _template(body)) > 0.5:
        yield Evidence("list_page", 3, f"{share:.0%} of the lines begin or end alike")
    cut = sum(text.endswith(_TEASER_ENDS) for text in body)
    if cut >= max(_TEASERS, _CUT_SHARE * len(body)):
        yield Evidence("link_farm", 4, f"{cut} of {len(body)} paragraphs are cut teasers")


def _template(body: Sequence[str]) -> float:
    """The share of lines that begin, or end, with the same words; 0 for few lines."""
    if len(body) < _TEMPLATE_LINES:
        return 0.0
    ends = Counter(text[:_TEMPLATE_WORDS] for text in body), Counter(text[-_TEMPLATE_WORDS - 1 :] for text in body)
    return max(count.most_common(1)[0][1] for count in ends) / len(body)


def _page(article: Article, draft: Draft) -> Iterator[Evidence]:
    """Links and controls around the text."""
    if article.pages and _FEED.match(article.pages[0].text[:_FEED_HEAD]):
        yield Evidence("list_page", 2 * MOST, "an XML feed or sitemap")
    # an article beside long lists still has its prose
    points = (draft.link_share > LINKED) + (draft.link_share > MOSTLY_LINKED) + (not has_prose(article.body))
    if draft.link_share > LINKED and points > 1:
        yield Evidence("list_page", points, f"{draft.link_share:.0%} of the text is links")
    lines = draft.page_text.splitlines()
    if _ANSWER.search(draft.page_text) and (replies := sum(map(_is_reply, lines))) >= _FEW:
        yield Evidence("forum", 2, f"{replies} times a control to answer")
    if (controls := sum(_READ_ON.match(line) is not None for line in lines)) >= _FEW:
        yield Evidence("list_page", 2, f"{controls} times a control to read on")
    if (teasers := sum(line.endswith(_TEASER_ENDS) for line in lines)) >= 2 * _TEASERS:
        yield Evidence("list_page", 1, f"{teasers} cut teasers")


def _is_reply(line: str) -> bool:
    return len(line) <= _LONGEST_CONTROLS and _ANSWER.search(line) is not None and not _CONTROLS.sub("", line)


def _headline(article: Article) -> Iterator[Evidence]:
    """A headline that is none, or not of this text."""
    if _OWNER.match(article.title or "") and not _REPORTS.search(article.title or ""):
        # of a front page, or of a business card
        for reason in ("list_page", "shop"):
            yield Evidence(reason, 3 - has_prose(article.body), "the headline is an owner's name")
    if article.title and article.body and not _shared(article.title, "".join(article.body)):
        yield Evidence("list_page", 1, "the text has nothing of the headline")


def _stuffing(article: Article, draft: Draft) -> Iterator[Evidence]:
    """A headline made for search engines."""
    title, text, page = article.title or "", "".join(article.body), draft.page_text
    name = _repeated(draft.embedded.title or "") or _repeated(title)
    if name and (name in title or text.count(name) >= _REPEATED):
        yield Evidence("stuffed", 2, f"title: {_REPEATED} times {name}")
        if text.count(name) * len(name) > _STUFFED * len(text):
            yield Evidence("stuffed", 2, f"text: {text.count(name)} times {name}")
    bracket = _BRACKET.search(title)
    if bracket and not _shared(bracket[0], text):
        # a column of the paper stands in its path and its lists, too
        alone = page.count(bracket[0].strip("[]【】")) <= _REPEATED
        yield Evidence("stuffed", 2 + alone, f"in brackets in the headline, not in the text: {bracket[0]}")
    offers = {
        match[0]
        for match in _OFFER.finditer(page)
        if _is_name_in(page[max(0, match.start() - _SHORTEST_NAME) : match.start()], title)
    }
    if len(offers) >= _REPEATED:
        yield Evidence("stuffed", 3, f"a name of the headline with {', '.join(sorted(offers))}")
    tail = title[-_LONG_TAIL:]
    if len(title) > 2 * _LONG_TAIL and (alike := page.count(tail) - page.count(title)) > _REPEATED:
        yield Evidence("stuffed", 2, f"{alike} others end as the headline does: {tail}")
    said = draft.embedded.title or ""
    if kind_of(said) == "spam" and letters(title) in letters(said):
        # a mirror's page has a line of spam for a title, too, but the article's own headline above the text
        yield Evidence("stuffed", 4, f"the headline is a part of the page's title, which is spam: {said[:60]}")
    parts = [part for part in _TITLE_PARTS.split(title) if len(part) > _SHORTEST_NAME]
    if len(parts) >= _REPEATED and not _CLAUSE.search(title):
        yield Evidence("stuffed", 2, "the headline is a row of keywords")


def _repeated(title: str) -> str | None:
    """The longest run of at least three characters of Chinese that stands three times in a title."""
    title = title[:_LONGEST_TITLE]
    longest = ""
    for at in range(len(title)):
        end = at + max(_SHORTEST_NAME, len(longest) + 1)
        while end <= len(title) and title.count(title[at:end]) >= _REPEATED and _is_han(title[at:end]):
            longest = title[at:end]
            end += 1
    return longest or None


def _is_name_in(name: str, title: str) -> bool:
    return len(name) == _SHORTEST_NAME and name.isalnum() and len(_HAN.findall(name)) > 1 and name in title


def _is_han(text: str) -> bool:
    return len(_HAN.findall(text)) == len(text)


def _shared(words: str, text: str) -> bool:
    """Whether any two Chinese characters in a row of some words stand in a text."""
    return any(words[at : at + 2] in text for at in range(len(words) - 1) if _is_han(words[at : at + 2]))
