"""Files as merchants have them: any encoding and delimiter, titles above, rubbish within."""

import gzip
import lzma
import random
import tracemalloc
from pathlib import Path

import pytest

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.sheets.checking import Checker
from stockmesh.domain.kernel.sheets.problems import Findings
from stockmesh.domain.kernel.sheets.refusals import HeadingTwice, SheetColumnsMissing, UnitMissing, UnknownMapping
from stockmesh.gateways.sheets import (
    Manner,
    SheetFile,
    UnreadableSheet,
    open_sheet,
    template,
    unpacking,
    write_rejects,
)

HEADINGS = "Artikelnummer;Bezeichnung;Gewicht (kg);Länge (cm);Breite (cm);Höhe (cm);Preis"
TEXT = f"{HEADINGS}\nÄ-1;Zelt für 2;3,25;60;20,5;20;1.149,90\n"


def items(folder: Path, content: bytes, **manner: object) -> SheetFile:
    """A file of items with this content."""
    path = folder / "items.csv"
    path.write_bytes(content)
    return open_sheet(path, SHEETS["items"], Manner(**manner))  # type: ignore[arg-type]


def read(file: SheetFile) -> tuple[list[dict[str, object]], list[tuple[int, str, str]]]:
    """The good rows, and every problem."""
    findings = Findings()
    checker = Checker(file.headings, file.written.mark, 100, findings)
    good = []
    for stretch, _ in file.stretches(findings):
        checked = checker.check(stretch)
        for place in checked.good.nonzero()[0].tolist():
            columns = {**checked.texts, **checked.said, **{n: f.tolist() for n, f in checked.figures.items()}}
            good.append({name: values[place] for name, values in columns.items()})
    return good, [(one.row, one.column, one.reason) for one in findings.sorted()]


GERMAN = {
    "sku": "Ä-1",
    "title": "Zelt für 2",
    "weight": 3_250_000,
    "length": 600_000,
    "width": 205_000,
    "height": 200_000,
    "price": 114_990,
}


@pytest.mark.parametrize(
    ("encoding", "told", "guessed"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8-sig", False),
        ("utf-16", "utf-16", False),
        ("utf-16-le", "utf-16-le", True),
        ("utf-16-be", "utf-16-be", True),
        ("cp1252", "cp1252", True),
        ("latin-1", "cp1252", True),
    ],
)
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str, told: str, guessed: bool) -> None:
    """The same table in each; where only the bytes speak for it, the encoding is called a guess."""
    file = items(tmp_path, TEXT.encode(encoding))
    assert (file.written.encoding, file.written.guessed, file.written.mark) == (told, guessed, ",")
    assert read(file) == ([GERMAN], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_delimiters_and_packing_are_found_out(tmp_path: Path, delimiter: str, pack: object) -> None:
    """Comma, semicolon, tab, bar; plain, gzip, xz; line ends of any system."""
    cells = [line.split(";") for line in TEXT.replace("1.149,90", '"1.149,90"').splitlines()]
    cells[1][2:] = [f'"{cell.strip(chr(34))}"' for cell in cells[1][2:]]
    text = "\r\n".join(delimiter.join(line) for line in cells)
    file = items(tmp_path, pack(text.encode()))  # type: ignore[operator]
    assert file.written.delimiter == delimiter
    assert read(file) == ([GERMAN], [])


HEAD = "sku,title,weight_g,length_mm,width_mm,height_mm,price\n"


def row(sku: str, weight: str = "100", price: str = "9.90") -> str:
    return f"{sku},x,{weight},10,10,10,{price}\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (row("4.00638E+12"), (2, "sku", "number_for_code")),
        (row("a\x00b"), (2, "sku", "control_character")),
        (row("a\x07b"), (2, "sku", "control_character")),
        (row("=A1&B1"), (2, "sku", "formula")),
        (row("#N/A"), (2, "sku", "spreadsheet_error")),
        (row("x" * 101), (2, "sku", "too_long")),
        (row(""), (2, "sku", "missing")),
        (row("a", weight="0"), (2, "weight_g", "too_small")),
        (row("a", weight="-5"), (2, "weight_g", "too_small")),
        (row("a", weight="9" * 30), (2, "weight_g", "too_large")),
        (row("a", weight="heavy"), (2, "weight_g", "not_a_number")),
        (row("a", weight="1.5 kg"), (2, "weight_g", "not_a_number")),
        (row("a", weight="NaN"), (2, "weight_g", "not_a_number")),
        (row("a", weight="1e3"), (2, "weight_g", "not_a_number")),
        (row("a", weight="٣"), (2, "weight_g", "not_a_number")),
        (row("a", price="1.999"), (2, "price", "ambiguous_number")),
        (row("a", price="1.9999"), (2, "price", "too_fine")),
        (row("a", price="9,90"), (2, "row", "cells_beyond_headings")),
        (row("a") + HEAD, (3, "row", "headings_again")),
        (row("a") + '"open,x,100\n' + row("b"), (3, "sku", "control_character")),
    ],
)
def test_what_cannot_be_taken_is_told_by_row_and_column(tmp_path: Path, line: str, problem: tuple[object, ...]) -> None:
    """Each kind of dirt by its own reason."""
    assert problem in read(items(tmp_path, (HEAD + line).encode()))[1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (row('="00123"'), {"sku": "00123"}),
        (row("  padded  "), {"sku": "padded"}),
        (row("a", weight='"1,234.5"'), {"weight": 1_234_500}),
        (row("a", weight="1'234.5"), {"weight": 1_234_500}),
        (row("a", weight="12.0004"), {"weight": 12_000}),
        (row("a", price=""), {"price": 0}),
        (row("a", price="+5"), {"price": 500}),
        (row("a,b")[:-1].replace("a,b", '"a,b"') + "\n", {"sku": "a,b"}),
        ("a,x,100,10,10,10\n", {"sku": "a", "price": 0}),
        ("\n,,,,,,\n" + row("a"), {"sku": "a"}),
    ],
)
def test_what_is_only_written_oddly_is_taken(tmp_path: Path, line: str, expected: dict[str, object]) -> None:
    """Quoted zeros, blanks, separated thousands, missing last cells, empty rows."""
    [good], problems = read(items(tmp_path, (HEAD + line).encode()))
    assert problems == []
    assert expected.items() <= good.items()


def test_the_other_decimal_mark_is_told(tmp_path: Path) -> None:
    """Under a mark that was said, or that other cells gave away, the other one separates thousands or is wrong."""
    text = HEAD + row("a", price='"1,500.25"') + row("b", price='"9,5"')
    assert read(items(tmp_path, text.encode(), mark="."))[1] == [(3, "price", "other_decimal_mark")]


def test_titles_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    """Row numbers stay those of the spreadsheet."""
    text = "Export of 2 March\n\n" + HEAD + row("a") + row("b", weight="x")
    assert read(items(tmp_path, text.encode()))[1] == [(5, "weight_g", "not_a_number")]


def test_headings_that_do_not_say_enough_are_refused(tmp_path: Path) -> None:
    """A measure without unit, a column that lacks or comes twice, a mapping to nowhere."""
    for bare in ("g", "weight_stone"):
        with pytest.raises(SheetColumnsMissing):
            items(tmp_path, HEAD.replace("weight_g", bare).encode())
    with pytest.raises(UnitMissing):
        items(tmp_path, HEAD.replace("weight_g", "weight").encode())
    with pytest.raises(SheetColumnsMissing):
        items(tmp_path, HEAD.replace("sku", "thing").encode())
    with pytest.raises(HeadingTwice):
        items(tmp_path, HEAD.replace("title", "artikelnummer").encode())
    with pytest.raises(UnknownMapping):
        items(tmp_path, HEAD.encode(), mapping={"nowhere": "sku"})


def test_headings_can_be_mapped(tmp_path: Path) -> None:
    """What somebody says goes before what a heading is called; others are named as unused."""
    text = HEAD.replace("sku", "thing").replace("weight_g", "w").replace("title", "pirce") + row("a")
    file = items(tmp_path, text.encode(), mapping={"thing": "sku", "w": "weight_kg"})
    assert file.headings.ignored == (("pirce", "price"),)
    assert read(file)[0][0]["weight"] == 100_000_000


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xef\xbb\xbf", b"PK\x03\x04truncated", b"\xd0\xcf\x11\xe0", b"\x1f\x8bx"]
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing, workbooks, damaged packing: a sentence each, never a traceback."""
    with pytest.raises((UnreadableSheet, SheetColumnsMissing)):
        items(tmp_path, content)


def test_ten_megabytes_of_rubbish_are_refused(tmp_path: Path) -> None:
    """Whatever the bytes, the answer is a refusal."""
    for seed in range(3):
        chance = random.Random(seed)
        content = chance.randbytes(10_000_000) if seed else bytes(chance.choices(range(32, 255), k=10_000_000))
        with pytest.raises((UnreadableSheet, SheetColumnsMissing)):
            items(tmp_path, content)


def test_headings_alone_are_a_file_without_rows(tmp_path: Path) -> None:
    """Nothing is wrong with it, and nothing is in it."""
    assert read(items(tmp_path, HEAD.encode())) == ([], [])


def test_a_cell_without_end_stops_the_file_with_a_problem(tmp_path: Path) -> None:
    """A quotation mark that never closes swallows what the reader holds; the rows before it are read."""
    good, problems = read(items(tmp_path, (HEAD + row("a") + '"' + "x," * 200_000).encode()))
    assert [one["sku"] for one in good] == ["a"]
    assert problems == [(3, "row", "quote_open")]


def test_one_endless_line_is_refused_before_it_is_held(tmp_path: Path) -> None:
    """A few packed bytes that unfold to a line of any length cost no more than a block of them."""
    path = tmp_path / "items.csv.gz"
    with gzip.open(path, "wb") as out:
        out.write(HEAD.encode())
        for _ in range(64):
            out.write(b"x" * (1 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSheet, match="longer than a mebibyte"):
            open_sheet(path, SHEETS["items"], Manner())
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",".join(f"c{number}" for number in range(100_000)), "more than 16,384 cells"),
        (",".join(f"c{number}" for number in range(10_000)), "more than 1,000 columns"),
        (HEAD + row("a") + "," * 1_000_000, "more than 16,384 cells"),
    ],
    ids=["names", "some names", "a row"],
)
def test_a_table_of_countless_columns_is_refused_before_it_is_looked_at(
    tmp_path: Path, line: str, problem: str
) -> None:
    """Every heading is compared with all names, and a cell that holds nothing is kept all the same."""
    with pytest.raises(UnreadableSheet, match=problem):
        items(tmp_path, f"{line}\n".encode() * 2)


def test_columns_without_a_heading_do_no_harm(tmp_path: Path) -> None:
    """Spreadsheets write empty cells up to the last column that was ever touched."""
    beyond = "," * 16_000
    content = f"{HEAD.strip()}{beyond}\n{row('a').strip()}{beyond}\n"
    good, problems = read(items(tmp_path, content.encode()))
    assert ([one["sku"] for one in good], problems) == (["a"], [])


def test_rows_of_countless_cells_are_not_held(tmp_path: Path) -> None:
    """A few packed bytes that unfold to wide rows cost no more than some of them, wherever in the file they are."""
    path = tmp_path / "items.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(HEAD.encode() + row("a").encode() * 100)
        for _ in range(200):
            out.write(b"," * (1 << 19) + b"\n")
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSheet, match="more than 16,384 cells"):
            read(open_sheet(path, SHEETS["items"], Manner()))
        assert tracemalloc.get_traced_memory()[1] < 160 << 20
    finally:
        tracemalloc.stop()


def test_what_unfolds_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packed file has a bound as a workbook has; a plain one is bounded by where it came from."""
    monkeypatch.setattr(unpacking, "UNPACKED_BYTES_MAX", 2_000_000)
    content = (HEAD + row("a") * 200_000).encode()
    with pytest.raises(UnreadableSheet, match="too large when unpacked"):
        items(tmp_path, gzip.compress(content))
    assert items(tmp_path, content).headings.names


@pytest.mark.parametrize("kind", list(SHEETS))
def test_templates_are_read_back(tmp_path: Path, kind: str) -> None:
    """Every template names each column of its sheet, and its example has no problem."""
    path = tmp_path / f"{kind}.csv"
    path.write_text(template(SHEETS[kind]), encoding="utf-8")
    file = open_sheet(path, SHEETS[kind], Manner())
    assert file.headings.names == tuple(column.name for column in SHEETS[kind].columns)
    assert read(file)[1] == []


def test_rejects_are_safe_to_open(tmp_path: Path) -> None:
    """Bad rows as they were, with the reason; what a spreadsheet would run is quoted."""
    file = items(tmp_path, (HEAD + row("good") + row("=HYPERLINK(1)", weight="-5") + "@a,-b\n").encode())
    findings = Findings()
    for stretch, _ in file.stretches(findings):
        Checker(file.headings, file.written.mark, 100, findings).check(stretch)
    assert write_rejects(file, findings.reasons_by_row(), tmp_path / "bad.csv") == 2
    lines = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1:] == [
        "'=HYPERLINK(1),x,-5,10,10,10,9.90,sku is a formula, not its value".replace("sku is", '"sku is') + '"',
        "'@a,'-b,,,,,,\"weight_g is empty, and the column is needed\"",
    ]
