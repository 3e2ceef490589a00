"""Lines that begin like a byline, a control or a footer and are text: none is lost, none names a person, and the text
behind it stays. And headlines with the words of menus."""

from __future__ import annotations

from typing import Any

import pytest

import newscrawl

CASES = "kept"
HEADLINE = "江汉平原早稻长势喜人"
TEXT = [
    "清晨的江汉平原，薄雾还没有散去，村民们已经在田里忙开了。今年的早稻长势喜人，预计亩产比去年增加五十公斤。",
    "合作社负责人周国平介绍，今年社里新添了六台插秧机，两千亩水田只用了五天就插完了。",
    "“机器一响，省工省力。”他说，明年还要把无人机请到田里来，让年轻人愿意留在村里种地。",
    "插秧机的轰鸣声里，白鹭一群一群地落下来，跟在后面找泥鳅吃。",
]


def read(title: str, paragraphs: list[str], more: str = "") -> newscrawl.Article:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = (
        f"<html><head><title>{title}_江汉网</title></head><body><h1>{title}</h1>"
        f"<div>发布时间：2023年06月06日14:10 来源：江汉日报</div>{more}<div>{body}</div></body></html>"
    )
    return newscrawl.read_article(page.encode())


def test_a_line_of_text_stays(row: dict[str, Any]) -> None:
    for place in (1, 2, 3):
        paragraphs = [*TEXT[:place], row["input"], *TEXT[place:]]
        article = read(HEADLINE, paragraphs)
        assert article.body == paragraphs, row["why"]
        assert [*article.reporters, *article.authors, *article.correspondents, *article.editors] == [], row["why"]


@pytest.mark.parametrize(
    ("paragraph", "kept"),
    [
        ("江汉社江城3月4日电（记者谈笑、张璐、李思广、王小明）江城海关4日发布外贸数据。", "江汉社江城3月4日电"),
        ("本报记者 谈笑 张璐 李思广 王小明 3月4日，江城市植树三千棵。", "3月4日，江城市植树三千棵。"),
    ],
)
def test_a_short_paragraph_behind_a_lead_in_stays(paragraph: str, kept: str) -> None:
    article = read(HEADLINE, [paragraph, *TEXT])
    assert article.body[0].startswith(kept) and article.body[1:] == TEXT
    assert article.reporters == ["谈笑", "张璐", "李思广", "王小明"]


@pytest.mark.parametrize(
    "credit", ["作者：张璐，江汉大学教授，博士生导师。", "本文作者张璐，现居江城。", "本报记者张璐摄影报道。"]
)
def test_a_credit_may_end_in_a_full_stop(credit: str) -> None:
    article = read(HEADLINE, [*TEXT, credit])
    assert (article.body, [*article.authors, *article.reporters]) == (TEXT, ["张璐"])


@pytest.mark.parametrize(
    "headline",
    [
        "搜索仍在继续 已找到十二名矿工",
        "关闭小煤矿三十七座 江汉铁腕治污",
        "评论：让文明成为习惯",
        "国家反诈中心APP下载量破亿",
        "男子办理贷款被骗 开户充值全是套路",
        "举报电话开通一月 收到线索三百条",
        "工信部：手机应用须办理ICP备案",
        "排行榜里的江汉力量",
        "首季经济平稳开局",
        "走进江汉第一中学",
    ],
)
def test_headlines_may_have_the_words_of_menus(headline: str) -> None:
    assert read(headline, TEXT).title == headline


@pytest.mark.parametrize("shell", ["<div class=TRS_Editor></div>", "<div class=TRS_Editor><p>x</p></div>"])
def test_an_empty_shell_of_another_template_costs_nothing(shell: str) -> None:
    assert read(HEADLINE, TEXT, shell).body == TEXT


@pytest.mark.parametrize(
    "trap",
    [
        "<div class=TRS_Editor></div>" * 100_000,
        "<span class=source>" * 1_000 + "字" * 1_000_000,
        "<img src=" + " " * 32_000,
        "<!--enpproperty" * 80_000,
        "<script>var s={'title':'" + HEADLINE + "','content':'" + "<p>一。" * 6_000 + "'}</script>",
    ],
    ids=["shells", "nested sources", "blanks", "comments", "state"],
)
def test_traps_end(trap: str) -> None:
    """A quadratic search would take minutes, and the suite's own patience end it."""
    try:
        article = read(HEADLINE, TEXT, trap)
    except newscrawl.Refused as refused:
        assert refused.reason != "internal_error"
    else:
        assert article.title == HEADLINE


def test_long_titles_end() -> None:
    long = "甲乙丙丁戊己庚辛" + "_新闻" * 8_000
    assert read(long, TEXT).body == TEXT
    assert (
        newscrawl.read_text("\n".join(["甲" * 8 + "-" * 16_000 + "!", HEADLINE, "来源：江汉日报", *TEXT])).body == TEXT
    )


PICTURE = '<p align=center><img src="1.jpg"></p>'


@pytest.mark.parametrize("caption", ["孩子们跟着长辈学扎鱼灯。", "1月18日，演员在石桥古镇表演板凳龙。"])
def test_a_centred_line_below_a_picture_is_its_caption(caption: str) -> None:
    for style in ("align=center", 'style="text-align: center"'):
        body = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
        page = f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1><div>{body}{PICTURE}<p {style}>{caption}</p>{body}</div>"
        article = newscrawl.read_article(f"<html>{page}</html>".encode())
        assert [image.caption for image in article.images] == [caption]
        assert caption not in article.body


def test_where_all_lines_are_centred_one_below_a_picture_is_text() -> None:
    lines = [line for paragraph in TEXT for line in paragraph.split("。")[:1]]
    body = "".join(f"<p align=center>{line}。</p>" for line in lines)
    page = f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1><div>{PICTURE}{body}</div>"
    assert newscrawl.read_article(f"<html>{page}</html>".encode()).body == [f"{line}。" for line in lines]
