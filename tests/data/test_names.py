from __future__ import annotations

import pytest

from data.names import labels_of_path, looks_like_person, says_nothing


@pytest.mark.parametrize(
    ("path", "instrument", "performer", "title"),
    [
        ("03 - Erhu - 良宵.mp3", "Erhu", None, "良宵"),
        ("03-二胡-良宵.mp3", "Erhu", None, "良宵"),
        ("01. 二泉映月.flac", None, None, "二泉映月"),
        ("[05] 汉宫秋月.mp3", None, None, "汉宫秋月"),
        ("第3首 空山鸟语.mp3", None, None, "空山鸟语"),
        ("1-03 高山流水.flac", None, None, "高山流水"),
        ("闵惠芬 - 二泉映月.flac", None, "闵惠芬", "二泉映月"),
        ("二泉映月 - 闵惠芬.flac", None, "闵惠芬", "二泉映月"),
        ("Min Huifen – Er Quan Ying Yue (Live).mp3", None, "Min Huifen", "Er Quan Ying Yue (Live)"),
        ("良宵（二胡独奏）.ape", "Erhu", None, "良宵"),
        ("良宵（閔惠芬）.mp3", None, "閔惠芬", "良宵"),
        ("良宵 演奏：王国潼.mp3", None, "王国潼", "良宵"),
        ("《春江花月夜》—— 琵琶 — 刘德海.wav", "Pipa", "刘德海", "春江花月夜"),
        ("bamboo flute - Gu Su Xing - Lu Chunling.mp3",
         "Bamboo Flute", "Lu Chunling", "Gu Su Xing"),
        ("07_Liang_Xiao.ogg", None, None, "Liang Xiao"),
        ("Erhu_Liang_Xiao.ogg", "Erhu", None, "Liang Xiao"),
        ("1945.mp3", None, None, "1945"),
        ("disc/track 1.ogg", None, None, "track 1"),
        ("古筝/渔舟唱晚.mp3", "Zheng", None, "渔舟唱晚"),
        ("古筝/邱霁/01 粉红莲.mp3", "Zheng", "邱霁", "粉红莲"),
        ("Zheng/C/茉莉花.wav", "Zheng", "C", "茉莉花"),
        ("Erhu/Style 03 Ensemble/Liang Xiao.opus", "Erhu", "Style 03 Ensemble", "Liang Xiao"),
        ("Theremin/Clara/Swan.ogg", "Theremin", "Clara", "Swan"),
        ("王国潼/中国二胡名曲/02 - 良宵.flac", "Erhu", "王国潼", "良宵"),
        ("刘德海 琵琶/十面埋伏.mp3", "Pipa", "刘德海", "十面埋伏"),
        ("闵惠芬二胡艺术/CD2/04.江河水.mp3", "Erhu", "闵惠芬", "江河水"),
        ("Lui Pui-yuen/The Music of Pipa/03 Ambush.mp3", None, "Lui Pui-yuen", "Ambush"),
        ("民乐大师/01 良宵.mp3", None, None, "良宵"),
    ],
)  # fmt: skip
def test_names_say_what_they_are_sure_of(
    path: str, instrument: str | None, performer: str | None, title: str
) -> None:
    said = labels_of_path(path)
    assert (said.get("instrument"), said.get("performer"), said["title"]) == (
        instrument,
        performer,
        title,
    )


def test_what_rippers_write_says_nothing() -> None:
    for text in ("Track 03", "AudioTrack 7", "未知艺术家", "Various Artists", "音轨 1", "", "12"):
        assert says_nothing(text)
    for text in ("良宵", "Tracks of My Tears", "Artistry"):
        assert not says_nothing(text)


def test_persons_are_known_by_their_family_names() -> None:
    assert all(map(looks_like_person, ("闵惠芬", "陳耀星", "宋飞", "Min Huifen", "Jinlong Fang")))
    assert not any(map(looks_like_person, ("良宵", "春江花月夜", "Best Of", "Erhu")))
