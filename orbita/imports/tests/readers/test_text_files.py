"""Text files are read in the encoding and with the separator that they have."""

import csv
import io

import pytest

from orbita.imports.readers import SEPARATORS, Choices, Limits, UnreadableFile, inspect, rows
from orbita.imports.tests.readers.files import PANGRAM, PEOPLE, csv_text


@pytest.fixture
def write(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def refusal(path, choices=None, limits=None):
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, "plik.csv", limits or Limits(), choices=choices)
    assert caught.value.sentence
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1250", "cp1250"),
        ("iso8859-2", "iso8859-2"),
        ("cp852", "cp852"),
    ],
)
def test_polish_letters_come_through_in_every_encoding(write, encoding, found):
    path = write(csv_text(PEOPLE), encoding)
    seen = inspect(path, "osoby.csv")
    assert (seen.encoding, seen.separator, seen.header_row) == (found, ";", 0)
    assert seen.rows == PEOPLE
    assert (seen.header, seen.data_rows, seen.columns) == (PEOPLE[0], 3, 3)
    assert list(rows(path, seen.choices())) == PEOPLE[1:]


def test_the_two_usual_polish_encodings_are_told_apart_by_one_word(write):
    for encoding in ("cp1250", "iso8859-2", "cp852"):
        seen = inspect(write(f"Nazwa;Miasto\nPrzykład;{PANGRAM}\n", encoding), "x.csv")
        assert seen.rows[1] == ["Przykład", PANGRAM]


def test_capital_words_are_not_taken_for_utf8(write):
    seen = inspect(write("FIRMA;MIASTO\nSPÓŁKA ŻÓŁW;ŁÓDŹ\n", "cp1250"), "x.csv")
    assert seen.rows[1] == ["SPÓŁKA ŻÓŁW", "ŁÓDŹ"]


def test_another_encoding_and_separator_may_be_chosen(write):
    path = write(csv_text(PEOPLE), "cp1250")
    other = Choices("csv", encoding="iso8859-2", separator=",", header_row=None)
    seen = inspect(path, "x.csv", choices=other)
    assert (seen.encoding, seen.separator, seen.header_row) == ("iso8859-2", ",", None)
    assert len(seen.rows[0]) == 1


@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_usual_separator_is_found(write, separator):
    seen = inspect(write(csv_text(PEOPLE, separator)), "x.csv")
    assert (seen.separator, seen.rows) == (separator, PEOPLE)


def test_decimal_commas_do_not_divide_cells(write):
    seen = inspect(write("Produkt;Cena;Ilość\nŚruba;12,50;3\nNakrętka;7,10;4\n"), "x.csv")
    assert seen.rows[1] == ["Śruba", "12,50", "3"]


def test_the_separator_line_of_excel_is_followed(write):
    seen = inspect(write("sep=,\nNazwa;pełna,Miasto\nA;B,Łódź\n"), "x.csv")
    assert (seen.separator, seen.header_row, seen.rows[2]) == (",", 1, ["A;B", "Łódź"])
    assert seen.choices().first_row_number == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_quotes_hold_separators_line_breaks_and_quotes(write, end):
    text = end.join(['"Nazwa";"Opis"', f'"Kowalski; Syn";"raz{end}dwa ""trzy"""', "b;c", ""])
    seen = inspect(write(text), "x.csv")
    assert seen.rows == [["Nazwa", "Opis"], ["Kowalski; Syn", 'raz\ndwa "trzy"'], ["b", "c"]]


def test_any_content_survives_a_round_trip(write):
    cells = ["a", "=1+1", " 007 ", 'q"q', "x;y,z\t|", "@TAB", "ł\u200b", "1\n2"]
    memory = io.StringIO()
    csv.writer(memory, delimiter=";").writerows([["n"] * 8, cells])
    assert list(rows(write(memory.getvalue()), Choices("csv", "utf-8", ";"))) == [cells]


def test_an_untidy_quote_inside_one_line_is_let_through(write):
    seen = inspect(write('Nazwa;Miasto\n"ABC" Sp. z o.o.;Łódź\n'), "x.csv")
    assert seen.rows[1] == ["ABC Sp. z o.o.", "Łódź"]


def test_an_unclosed_quote_is_reported_with_its_line(write):
    assert refusal(write('a;b\n1;2\n3;"cztery\n5;6\n')).params == {"line": 3}
    late = 'a;b\n1;2\n"3;4\n5;"6"\n7;8\n'
    assert refusal(write(late)).code == "unclosed_quote"
    assert refusal(write(late)).params == {"line": 3}


def test_blank_lines_keep_the_numbers_of_rows(write):
    path = write("a;b\n\n1;2\n\n")
    choices = inspect(path, "x.csv").choices()
    assert choices.first_row_number == 2
    assert list(rows(path, choices)) == [[], ["1", "2"], []]


def test_a_title_above_the_header_is_passed_over(write):
    seen = inspect(write("Raport klientów;;\n\nImię;Nazwisko;Firma\nA;B;C\n"), "x.csv")
    assert (seen.header_row, seen.header) == (2, ["Imię", "Nazwisko", "Firma"])


def test_a_file_without_header_is_noticed(write):
    seen = inspect(write("Anna;600100200;a@b.pl\nJan;600100201;j@b.pl\n"), "x.csv")
    assert (seen.header_row, seen.data_rows) == (None, 2)


def test_a_header_alone_gives_a_notice(write):
    seen = inspect(write("Imię;Nazwisko\n"), "x.csv")
    assert (seen.data_rows, len(seen.notices)) == (0, 1)


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"\n\n;;\n", "no_rows")])
def test_nothing_is_refused(write, content, code):
    assert refusal(write(content)).code == code


def test_a_wrong_byte_is_refused_with_its_position(write):
    content = csv_text(PEOPLE).encode()
    at = content.index("Łucja".encode())
    problem = refusal(write(content[:at] + b"\xff" + content[at:]))
    assert (problem.code, problem.params["position"]) == ("undecodable", at + 1)


def test_a_wrong_byte_far_in_the_file_is_found_at_its_place(write):
    content = ("Zażółć;gęślą\n" * 150_000).encode()
    at = len(content) - 6
    problem = refusal(write(content[:at] + b"\xfe" + content[at:]))
    assert problem.params["position"] == at + 1


def test_an_encoding_chosen_by_hand_must_fit(write):
    problem = refusal(write(csv_text(PEOPLE), "cp1250"), Choices("csv", encoding="utf-8"))
    assert (problem.code, problem.params) == ("undecodable", {"encoding": "UTF-8", "position": 4})
    assert refusal(write("a;b\n"), Choices("csv", encoding="utf-7")).code == "encoding"


def test_zero_bytes_are_refused(write):
    assert refusal(write(b"a;b\n1;\x002\n")).params == {"line": 2}


@pytest.mark.parametrize("choice", ["", ";;", '"', "\n"])
def test_an_impossible_separator_is_refused(write, choice):
    with pytest.raises(UnreadableFile):
        list(rows(write("a;b\n1;2\n"), Choices("csv", "utf-8", choice)))


def test_a_file_of_300_columns_is_read(write):
    row = [f"k{n}" for n in range(300)]
    assert inspect(write(csv_text([row, row])), "x.csv").columns == 300
