"""Names of people in a byline: where one ends and the next begins.

A name is a surname with one or two characters (compound surnames: one or two more), or a name with a dot
(阿卜杜拉·买买提). Where a run of characters can be cut into names in two ways, nothing is returned for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.tables import rows

_SEPARATORS = re.compile(r"[\s、，,；;/&|｜·▪●]+")
# without 丨 (U+4E28), which separates labels
_HAN_RUN = re.compile(r"[\u4e00-\u4e27\u4e29-\u9fff\u3400-\u4dbf]+")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•・‧][\u4e00-\u9fff]{1,8})+")
_LATIN = re.compile(r"[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]+){0,2}")
_CODE = re.compile(r"[_ ]?[A-Z]{1,4}\d{2,6}")
# Five names run together; longer runs are text.
LONGEST_RUN = 16
_AND = re.compile(r"[和与及]")
# No given name ends with these.
_NO_ENDING = frozenset("摄等您说称道办检监")
# Behind a surname they show that it is no full name.
_ADDRESS = frozenset("先生 女士 小姐 老师 教授 主任 书记 市长 局长 院长 医生 经理 同学 师傅 大爷 大妈 阿姨".split())
_PADDED_LONG = re.compile(r"[ \u3000]{1,4}([\u4e00-\u9fff]{1,2})(?![\u4e00-\u9fff])")
_PADDED = re.compile(r"[ \u3000]{1,4}([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_PADDED_RARE = re.compile(r"[\u4e00-\u9fff][ \u3000]{1,4}[\u4e00-\u9fff]")
# What follows the last name without a separator: 摄影报道, 5月13日报道, 整合. A name never goes on with these.
_TAIL = re.compile(
    r"(?:摄影|摄像|报道|報導|报导|文|图|摄|整理|整合|综合|编译|编辑|发自|电|讯|等|合影|供图|昨|今|近|日前|（|\(|$)"
)
# 张国强 荣成报道: behind a city it says where they report from.
_FROM_THERE = re.compile(r"报道|報導|报导|摄影报道|发自|电|讯")
_DAY = re.compile(r"\d{1,2}日[电電讯訊]")
_SIGNED_OFF = re.compile(r"(?:摄影报道|摄影|报道|报导|摄|文)$")
# 记者：您好: an interview, no pen name
_SPEECH = re.compile(r"[您你我他她们吗呢么吧啊谢请]|好的|什|怎|为何|如何|是否")
_ORGANISATION = re.compile(
    r"(?:报|社|网|台|刊|署|局|委|办|院|厅|部|处|科|室|所|馆|校|大学|中学|小学|学院|公司|集团|中心|协会|学会|联合会|基金会"
    r"|客户端|频道|杂志|周刊|新闻|传媒|媒体|出版社|政府|法院|检察院|医院|银行|工作室|编辑部|评论员|观察员|报道组|小组|团队|官微|发布|公众号|微信|微博|网络版|海外版|电子版)$"
)


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    return frozenset(row["surname"] for row in rows("surnames") if row["use"] == "anywhere")


@lru_cache(maxsize=1)
def _rare_surnames() -> frozenset[str]:
    """Surnames that are words of every day: believed only of a name that stands apart, where names are expected."""
    return frozenset(row["surname"] for row in rows("surnames") if row["use"] == "apart")


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    """Words that look like names: a surname, then a character or two."""
    return frozenset(row["word"] for row in rows("no_names") if row["use"] == "nowhere")


@lru_cache(maxsize=1)
def _names_behind_labels() -> frozenset[str]:
    """Words and cities that people are called by, too (江山, 安宁): believed only behind a label."""
    return frozenset(row["word"] for row in rows("no_names") if row["use"] == "labelled")


def is_name(word: str) -> bool:
    """Whether a run of characters can be the name of one person.

    >>> [is_name(word) for word in ("邹彬", "欧阳小明", "高温", "湖北日报", "阿卜杜拉·买买提")]
    [True, True, False, False, True]
    """
    if _DOTTED.fullmatch(word):
        return True
    word = word.translate(to_simplified())
    if word in _no_names() or not _HAN_RUN.fullmatch(word) or word[-1] in _NO_ENDING or word[1:] in _ADDRESS:
        return False
    if word[:2] in _surnames():
        return 3 <= len(word) <= 4
    if word[:1] not in _surnames() or not 2 <= len(word) <= 3:
        return False
    return len(word) == 2 or not _ORGANISATION.search(word[1:])


def is_rare_name(word: str) -> bool:
    """Whether a word can be a name with a rare surname that is a common word, too: 字云飞. Ask only where a name is
    expected and nothing else can stand."""
    return 2 <= len(word) <= 3 and word[0] in _rare_surnames() and word not in _no_names() and not is_organisation(word)


def could_be_name(word: str) -> bool:
    """Whether a word that stands alone where a name is expected can be one, though it is a common word: 高峰, 方向."""
    word = word.translate(to_simplified())
    return word in _no_names() and 2 <= len(word) <= 3 and word[:1] in _surnames() and not _ORGANISATION.search(word)


def without_desk(text: str) -> str:
    """A list of people without the office that stands before them: 临江市公安局 郑国强.

    >>> without_desk("临江市公安局 郑国强"), without_desk("邹 彬")
    ('郑国强', '邹 彬')
    """
    desk, _, rest = text.strip().partition(" ")
    return rest if rest and len(desk) > 3 and is_organisation(desk) else text


def is_organisation(text: str) -> bool:
    """Whether a text names a paper, an office, a desk: 湖北日报, 东区办事处, 本报评论员."""
    bare = re.sub(r"[（(\[【].*$", "", text).strip()
    return bool(_ORGANISATION.search(bare.translate(to_simplified())))


def leading_names(text: str) -> tuple[list[str], str]:
    """The people named at the head of a text, and what stands behind the last of them.

    >>> leading_names("陈大昌 杨小洲 昨日中午，记者")
    (['陈大昌', '杨小洲'], '昨日中午，记者')
    >>> leading_names("夏小平杨大婕")
    (['夏小平', '杨大婕'], '')
    >>> leading_names("邹 彬")
    (['邹彬'], '')
    """
    people: list[str] = []
    rest = text
    while rest:
        start = _SEPARATORS.match(rest)
        candidate = rest[start.end() :] if start else rest
        found, after = _next(candidate)
        if not found and people:
            found, after = _next_in_list(candidate)
        if not found:
            break
        people += found
        rest = _CODE.sub("", after, count=1) if _CODE.match(after) else after
    return people, rest.strip()


def only_names(text: str) -> list[str]:
    """The people that a text without a label names when it names people and says nothing else; else an empty list.

    >>> only_names("陈大昌 杨小洲"), only_names("陈大昌 杨小洲 昨日中午"), only_names("石首")
    (['陈大昌', '杨小洲'], [], [])
    """
    people, rest = leading_names(text)
    return [] if rest or not _names_behind_labels().isdisjoint(people) else people


def _next(text: str) -> tuple[list[str], str]:
    """The next name, or the names run together, at the head of a text, and the rest; no names when there are none."""
    if dotted := _DOTTED.match(text):
        name = _SIGNED_OFF.sub("", dotted[0])
        return [name], text[len(name) :]
    run = _HAN_RUN.match(text)
    if not run or (len(run[0]) > 3 and is_organisation(run[0])):
        return [], text
    word, after = run[0], text[run.end() :]
    if padded := _padded(word, after):
        return [padded[0]], after[padded[1] :]
    if _DAY.match(after):
        dated = _before_place(word)
        return ([dated], word[len(dated) :] + after) if dated else ([], text)
    for length in range(min(len(word), LONGEST_RUN), 1, -1):
        if word[:length] in _names_behind_labels() and _FROM_THERE.match(word, length):
            continue
        if _TAIL.match(word[length:]) and (people := split_run(word[:length])):
            return people, word[length:] + after
    return [], text


def _next_in_list(text: str) -> tuple[list[str], str]:
    """What may follow a name in a list: one with a rare surname (段晓芮 字云飞), or the desk of those behind it."""
    run = _HAN_RUN.match(text)
    word = run[0] if run else ""
    if is_rare_name(word):
        return [word], text[len(word) :]
    desk, _, rest = text.partition(" ")
    return _next(rest.lstrip()) if len(desk) > 2 and is_organisation(desk) else ([], text)


def _before_place(word: str) -> str | None:
    """記者陳六台北5日電: the place of two or three characters is not part of the name."""
    return next((word[:size] for size in (3, 2) if 2 <= len(word) - size <= 3 and is_name(word[:size])), None)


def _padded(word: str, after: str) -> tuple[str, int] | None:
    """邹 彬, 上官 雪: (the name, how much of `after` it takes); None when `word` is no surname on its own."""
    if word not in _surnames():
        return None
    given = (_PADDED if len(word) == 1 else _PADDED_LONG).match(after)
    return (word + given[1], given.end()) if given and is_name(word + given[1]) else None


def split_run(run: str) -> list[str]:
    """Cut names that are run together; an empty list when there is no way, or more than one.

    >>> split_run("孙小颖顾大彬"), split_run("王强李明"), split_run("欧阳小明")
    (['孙小颖', '顾大彬'], ['王强', '李明'], ['欧阳小明'])
    """
    if is_name(run):
        return [run]
    # 王强和李明: a conjunction, when names stand on both sides of it
    parts = _AND.split(run)
    if len(parts) > 1:
        return parts if all(map(is_name, parts)) else []
    ways = _ways(run) if len(run) <= LONGEST_RUN else []
    # most names have three characters: of several ways the one with the fewest names is right, if there is one such
    fewest = [way for way in ways if len(way) == min(map(len, ways))]
    return fewest[0] if len(fewest) == 1 else []


def _ways(run: str) -> list[list[str]]:
    if not run:
        return [[]]
    return [
        [run[:length], *others]
        for length in (2, 3, 4)
        if len(run) >= length and is_name(run[:length])
        for others in _ways(run[length:])
    ]


def labelled_names(text: str) -> list[str]:
    """What stands behind a label with a colon when it is no ordinary name: pen names, Latin names, rare surnames.

    A staff code (NF051) is returned only when it stands alone. Organisations and phrases are not names: one of them
    among the parts, and nothing is returned.

    >>> labelled_names("叨叨姐、胡一刀&李小飞刀"), labelled_names("支全明 SF099"), labelled_names("湖北日报")
    (['叨叨姐', '胡一刀', '李小飞刀'], ['支全明'], [])
    """
    text = text.strip(" \u3000】）)]、，,")
    if _LATIN.fullmatch(text) or _CODE.fullmatch(text):
        return [text]
    if _PADDED_RARE.fullmatch(text) and is_rare_name(bare := text[0] + text[-1]):  # 危 晨
        return [bare]
    parts = [part for part in _SEPARATORS.split(text) if part and not _CODE.fullmatch(part)]
    if any(_SPEECH.search(part) for part in parts):
        return []
    pen_names = [part for part in parts if re.fullmatch(r"[\u4e00-\u9fff]{2,8}", part) and not is_organisation(part)]
    return pen_names if len(pen_names) == len(parts) <= 6 else []
