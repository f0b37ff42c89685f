"""Tables of an evaluation: every space, chance, a sentence for what is missing."""

from analysis.report import Column, Row, Table, as_text, facts, number, tables
from tests.evaluations import made_figures


def test_every_table_is_there_and_is_rectangular():
    made = tables(made_figures())
    assert [table.key for table in made] == [
        "neighbours",
        "clusters",
        "autoencoders",
        "notes",
        "performers",
        "pieces",
        "boundaries",
        "repeats",
    ]
    for table in made:
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
        assert len({row.name for row in table.rows}) == len(table.rows)


def test_the_best_of_those_that_compete_is_known_and_chance_is_not_one_of_them():
    columns = (Column("accuracy"), Column("error", kind="number"))
    rows = (
        Row("learned", (0.4, 2.0), "learned"),
        Row("MFCC", (0.7, 1.0)),
        Row("unknown", (None, None)),
        Row("chance", (0.9, None), "chance"),
    )
    table = Table("key", "Title", "Text", columns, rows)
    assert table.best(0) == 0.7
    assert table.best(1) is None
    assert table.chance(0) == 0.9
    assert Table("key", "Title", "Text", columns, rows[1:3]).best(0) is None


def test_what_the_labels_do_not_allow_is_a_dash_and_a_sentence():
    figures = made_figures(allowed=False)
    text = "\n".join(as_text(table) for table in tables(figures))
    assert "–" in text
    assert "Instrument, other recordings; instrument, other pieces" in text
    assert "Needs a title that two performers or more play." in text
    assert "Needs known sections" in text
    assert "make demo-audio" in text


def test_numbers_and_facts_as_text():
    assert [number(value) for value in (None, 0.12345, 16, "Erhu")] == ["–", "0.123", "16", "Erhu"]
    assert facts(made_figures()) == "Encoder paper-0, map tsne-0: 40 segments of 4 recordings."
    fewer = made_figures() | {"recordings_compared": 2, "segments_compared": 20}
    assert "20 segments of 2 recordings are compared" in facts(fewer)
    assert "2 recordings, drawn at random, are" in facts(fewer | {"drawn_at_random": True})


def test_a_table_for_the_terminal_stands_in_columns():
    columns = (Column("dims", kind="count"), Column("a", "one group"), Column("b", "one group"))
    rows = (Row("x", (16, 0.5, None)), Row("long", (None, 1.0, 0.25)))
    assert as_text(Table("k", "Title", "", columns, rows, ("Why.",))).splitlines() == [
        "Title",
        "            one group",
        "      dims      a      b",
        "x       16  0.500      –",
        "long     –  1.000  0.250",
        "  Why.",
    ]
    assert as_text(Table("k", "Title", "", (), (), ("Why.",))) == "Title\n  Why."
