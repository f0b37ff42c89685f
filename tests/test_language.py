"""The page in two languages: the catalogue is complete, and each request has its own language."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

import language
from analysis.clustering import cluster
from analysis.retrieval import piece_retrieval
from data.catalogue import Recording
from data.decoding import UnreadableAudio
from data.library import Library
from errors import UserError
from language import N_, Sentence, _, joined, listed, ngettext, packed, translated, unpacked
from language.catalogue import entries, read
from language.reading_order import in_reading_order
from layout.document import Document
from layout.page import page
from layout.parts import filled
from server import ASSETS
from tools.messages import CATALOGUE, ROOMS, ROOT, marked, used

FIELD = re.compile(r"%?\{+[^{}]*\}+")


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh")
    yield
    language.use("en")


def test_catalogue_has_every_text_of_the_code_and_no_other() -> None:
    known = {entry.message: entry.plural for entry in entries(CATALOGUE)}
    said = {message.text: message.plural for message in used().values()}
    assert len(said) > 500
    assert known == said, "make messages"


def test_every_text_is_translated_with_all_its_fields() -> None:
    for entry in entries(CATALOGUE):
        assert all(form.strip() for form in entry.forms), entry.message
        for form in entry.forms:
            fields = sorted(FIELD.findall(entry.plural or entry.message))
            assert sorted(FIELD.findall(form)) == fields, entry.message


def test_no_text_is_translated_as_its_module_is_imported() -> None:
    for path in _modules():
        module = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(module) if isinstance(n, ast.FunctionDef | ast.Lambda)]
        inside = {id(node) for function in functions for node in ast.walk(function)}
        early = [n for n in ast.walk(module) if _translates(n) and id(n) not in inside]
        assert not early, f"{path}:{early[0].lineno}: mark it with N_"


def test_what_translates_is_not_hidden_by_a_throwaway_name() -> None:
    for path in _modules():
        module = ast.parse(path.read_text(encoding="utf-8"))
        for function in (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)):
            if any(_translates(node) for node in ast.walk(function)):
                assert "_" not in _bound(function), f"{path}: {function.name}"


def test_literals_of_the_page_are_marked() -> None:
    """Sentences of the rooms that make the page stand in a call of the language's functions."""
    for path in (p for room in ("layout", "callbacks") for p in sorted((ROOT / room).glob("*.py"))):
        module = ast.parse(path.read_text(encoding="utf-8"))
        said = {text for pair in marked(module) for text in pair if text}
        said |= set(_docstrings(module))
        for node in ast.walk(module):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.match(r"[A-Z][a-z]+ [a-z]+ [a-z]+", text):
                assert text in said, f"{path}:{node.lineno}: {text}"


def test_chinese_texts_values_and_plurals(chinese: None) -> None:
    assert _("Close (Esc)") == "关闭（Esc）"
    assert _("Remove “{name}”", name="二泉映月") == "移除“二泉映月”"
    assert ngettext("1 segment", "{count:,} segments", 5382) == "5,382 个片段"
    assert ngettext("1 segment", "{count:,} segments", 1) == "1 个片段"
    assert listed(["a", "b", "c"]) == "a、b和c"
    assert _("no such text") == "no such text"


def test_english_is_spoken_where_nobody_said_otherwise() -> None:
    assert language.current() == "en"
    assert ngettext("1 segment", "{count:,} segments", 1) == "1 segment"
    assert ngettext("1 segment", "{count:,} segments", 1200) == "1,200 segments"
    assert listed(["a", "b", "c"]) == "a, b and c"
    language.use("tlh")
    assert language.current() == "en"


def test_a_sentence_of_the_background_is_translated_later(chinese: None) -> None:
    step = Sentence(N_("Decoding {title}"), title="Decoding {title}")
    told = pickle.loads(pickle.dumps(step))  # noqa: S301 - as workers send it
    assert told == "Decoding Decoding {title}"
    assert translated(told) == "正在解码《Decoding {title}》"


def test_what_a_person_can_mend_is_said_in_their_language(chinese: None) -> None:
    with pytest.raises(UserError) as caught:
        cluster([[0.0], [1.0]], "kmeans", k=3)
    told = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert str(told) == "2 segments cannot form 3 clusters: choose k of 2 or fewer."
    assert translated(told) == "2 个片段分不成 3 类：请选择不大于 2 的类数。"
    unreadable = pickle.loads(pickle.dumps(UnreadableAudio("a.ogg", "is empty")))  # noqa: S301
    assert (str(unreadable), unreadable.reason) == ("a.ogg is empty.", "is empty")
    assert translated(unreadable) == "a.ogg is empty."


def test_remarks_of_an_evaluation_are_translated_when_they_are_read(chinese: None) -> None:
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    found = piece_retrieval(vectors, np.repeat([0, 0, -1], 10), np.arange(30) // 10)
    kept = unpacked(packed(found.remark))
    assert kept == "10 segments have no other recording of their piece."
    assert translated(kept) == "10 个片段所属曲目没有其他录音。"
    assert translated(joined([kept, kept])) == " ".join([translated(kept)] * 2)


def test_why_a_file_failed_is_translated_when_it_is_read(chinese: None, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        reason = Sentence(N_("cannot be opened: {problem}"), problem="no such device")
        library.catalogue.save_recordings(
            Recording("/music", f"{place}.ogg", state="failed", reason=why)
            for place, why in enumerate((reason, "is empty"))
        )
        first, second = (row.reason for row in library.catalogue.recordings("failed"))
    assert (first, second) == ("cannot be opened: no such device", "is empty")
    assert translated(first) == "无法打开：no such device"


def test_a_component_stands_in_a_sentence(chinese: None) -> None:
    before, number, after = filled(_("Blank below {threshold}"), threshold=html.B("0.3"))
    assert (before, number.children, after) == ("隐去低于 ", "0.3", " 的部分")


def test_a_catalogue_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "zh.po"
    broken.write_text('msgid "a"\nmsgstr open quote\n', encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("zh.po cannot be read")):
        read(broken)


@pytest.fixture(scope="module")
def app() -> Dash:
    app = Document(__name__, assets=ASSETS, title="MusicLatentVIS")
    app.layout = page
    return app


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    yield app.server.test_client()
    language.use("en")


@pytest.mark.parametrize(
    ("cookie", "accepted", "spoken"),
    [
        (None, None, "en"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "de, zh-TW;q=0.5", "zh"),
        ("en", "zh-CN", "en"),
        ("zh", "en-GB", "zh"),
        ("fr", "zh-CN", "en"),
    ],
)
def test_cookie_then_browser_choose_the_language(
    client: FlaskClient, cookie: str | None, accepted: str | None, spoken: str
) -> None:
    if cookie:
        client.set_cookie("language", cookie)
    headers = {"Accept-Language": accepted} if accepted else {}
    document = client.get("/", headers=headers).text
    assert f'<html lang="{spoken}">' in document
    assert ("正在读取音符" in document) == (spoken == "zh")
    body = client.get("/_dash-layout", headers=headers).text
    assert ("Cosine similarity" in body) == (spoken == "en")
    assert (r"\u4f59\u5f26" in body or "余弦" in body) == (spoken == "zh")


def _modules() -> list[Path]:
    return [*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]


def _translates(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext", "translated")
    )


def _bound(function: ast.FunctionDef) -> set[str]:
    """Names that a function binds itself; those of comprehensions are their own."""
    own = [argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)]
    inner = {
        id(name)
        for node in ast.walk(function)
        if isinstance(node, ast.comprehension | ast.Lambda)
        for name in ast.walk(node)
    }
    names = [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in inner
    ]
    return {*own, *names}


def _docstrings(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield str(first.value.value)


def test_names_stand_where_people_look_for_them() -> None:
    register = ["3 Variations", "Er Quan Ying Yue", "二泉映月", "Guang Ling San", "光明行"]
    register += ["良宵", "Mo Li Hua", "Style 2", "style 2", "Style 10", "闵惠芬 Min Huifen", "Z9"]
    assert in_reading_order(reversed(register)) == [
        "3 Variations",
        "Er Quan Ying Yue",
        "二泉映月",
        "Guang Ling San",
        "光明行",
        "良宵",
        "闵惠芬 Min Huifen",
        "Mo Li Hua",
        "Style 2",
        "style 2",
        "Style 10",
        "Z9",
    ]
    assert in_reading_order(["9" * 5_000, "1", ""]) == ["", "1", "9" * 5_000]
