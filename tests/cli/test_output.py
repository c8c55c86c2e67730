"""Tables: nothing cut, nothing lost where the output is piped, less where a terminal is narrow."""

import pytest

from stockmesh.cli.output import Column, fitting, table, width_of

COLUMNS = {
    "sku": Column(8, is_figure=False, folds=False),
    "title": Column(60, is_figure=False, folds=True),
    "units": Column(6, is_figure=True, folds=False),
    "reserved": Column(9, is_figure=True, folds=False),
    "cost": Column(12, is_figure=True, folds=False),
}


def test_a_wide_terminal_shows_all() -> None:
    assert list(fitting(COLUMNS, ["reserved", "title"], room=160)) == list(COLUMNS)


def test_a_text_folds_before_a_column_is_left_out() -> None:
    """Ninety-nine characters would be needed; sixty do with the title folded."""
    assert list(fitting(COLUMNS, ["reserved"], room=60)) == list(COLUMNS)


def test_the_spare_columns_go_in_their_order() -> None:
    assert list(fitting(COLUMNS, ["reserved", "title"], room=50)) == ["sku", "title", "units", "cost"]
    assert list(fitting(COLUMNS, ["reserved", "title"], room=30)) == ["sku", "units", "cost"]


def test_what_is_not_spare_stays_however_narrow_it_is() -> None:
    kept = fitting(COLUMNS, ["reserved"], room=10)
    assert list(kept) == ["sku", "title", "units", "cost"]
    assert width_of(kept.values(), at_least=True) == 8 + 16 + 6 + 12 + 3 * 2


def test_what_is_piped_is_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each row, every cell as it is, whatever the terminal's width."""
    monkeypatch.setenv("COLUMNS", "40")
    titles = ["long " * 30 + "end", "[bold]no markup[/bold]"]
    table(["sku", "title", "cost"], [(1, titles[0], "1.00 GBP"), (2, titles[1], None)], fold=["title"], spare=["cost"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert titles[0] in lines[1]
    assert "1.00 GBP" in lines[1]
    assert titles[1] in lines[2]
