"""Text files are read in the encoding and with the separator that they have."""

import csv
import io
from dataclasses import replace

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


def way_of(seen, encoding, repair=""):
    return next(w for w in seen.readings if (w["encoding"], w["repair"]) == (encoding, repair))


def test_letters_in_doubt_are_shown_in_each_likely_way(write):
    text = "Nazwa;Miasto\nbez ogonków;Opole\nGłogów;Kraków\nSąd;sok\n"
    seen = inspect(write(text, "cp1250"), "x.csv")
    assert (seen.encoding, seen.encoding_certain) == ("cp1250", False)
    assert way_of(seen, "cp1250")["lines"] == ["bez ogonków;Opole", "Głogów;Kraków", "Sąd;sok"]
    assert way_of(seen, "iso8859-2")["lines"][2] == "Sšd;sok"
    assert len(seen.notices) == 1


def test_valid_utf8_by_chance_is_a_question(write):
    seen = inspect(write("Firma;Forma\nSPÓŁKA;SPÓŁKA\n", "iso8859-2"), "x.csv")
    assert (seen.rows[1], seen.encoding_certain) == (["SPÓŁKA", "SPÓŁKA"], False)
    assert way_of(seen, "utf-8")["lines"] == ["SPӣKA;SPӣKA"]
    russian = inspect(write("Имя;Город\nИван;Москва\n"), "x.csv")
    assert (russian.encoding, russian.encoding_certain) == ("utf-8", True)


@pytest.mark.parametrize("taken_for", ["cp1250", "cp1252", "iso8859-2", "latin-1"])
def test_text_that_was_encoded_twice_is_repaired_on_request_alone(write, taken_for):
    people = [[*PEOPLE[0]], ["„Żaneta”", "ŚLĘZAK", "Źródło – 5 €"], ["SPÓŁKA", "CZĘŚĆ", "ŃŻ ĆŁ"]]
    taken = "".join(
        bytes([byte]).decode(taken_for, "ignore") or chr(byte)
        for byte in csv_text(people[:2]).encode()
    )
    path = write(taken + csv_text(people[2:]))
    seen = inspect(path, "x.csv")
    assert (seen.encoding, seen.repair, seen.encoding_certain) == ("utf-8", "", False)
    assert seen.rows[1] != people[1]
    repair = next(way["repair"] for way in seen.readings if way["repair"])
    mended = inspect(path, "x.csv", choices=replace(seen.choices(), repair=repair))
    assert (mended.rows, mended.repair) == (people, repair)
    assert list(rows(path, mended.choices())) == people[1:]
    again = inspect(path, "x.csv", choices=replace(seen.choices(), is_settled=True))
    assert (again.rows, again.encoding_certain) == (seen.rows, True)


def test_two_encodings_in_one_file_are_read_both_and_asked_about(write):
    content = csv_text(PEOPLE).encode() + csv_text([["Gęś", "Wąż", "Łoś"]]).encode("cp1250")
    seen = inspect(write(content), "x.csv")
    assert (seen.rows, seen.encoding_certain) == ([*PEOPLE, ["Gęś", "Wąż", "Łoś"]], False)
    assert (seen.encoding, seen.repair) == ("cp1250", "cp1250")


def test_long_lines_without_letters_in_doubt_cost_no_time(write):
    seen = inspect(write(b"a;b\n" + b"x" * 900_000 + b";\xb3\n"), "x.csv", Limits(cpu_seconds=5))
    assert seen.rows[1][1] == "ł"


def test_totals_notes_and_headers_that_come_again_are_left_out(write):
    header = ["Nazwa", "Miasto", "Obrót"]
    table = [
        ["Raport", "", ""], header, ["Razem", "Łódź", "5"], ["A", "", "1 200,50 zł"],
        ["Razem:", "", "1 205,50 zł"], ["", "", ""], header, ["Total", "", ""], ["B", "", ""],
        ["", "", ""], ["* kwoty netto", "", ""],
    ]  # fmt: skip
    path = write(csv_text(table))
    seen = inspect(path, "x.csv")
    assert (seen.header, seen.left_out, seen.data_rows) == (header, (5, 7, 11), 4)
    assert len(list(rows(path, seen.choices()))) == 9


@pytest.mark.parametrize(
    ("lines", "header_row", "names"),
    [
        ("Imię;Nazwisko;Adres;;NIP\n;;Ulica;Miasto;\nA;B;Długa 1;Łódź;5260250274", 1,
         ["Imię", "Nazwisko", "Ulica", "Miasto", "NIP"]),
        ("Adres;;Dostawa;\nUlica;Kod;Ulica;Kod\nA;00-950;B;90-624", 1,
         ["Adres: Ulica", "Adres: Kod", "Dostawa: Ulica", "Dostawa: Kod"]),
        ("Imię;Nazwisko;;Miasto\nAnna;Góra;x;y\nJan;Las;;", 0, ["Imię", "Nazwisko", "", "Miasto"]),
        ("Nazwa;Miasto\nA;B\nC;D", 0, ["Nazwa", "Miasto"]),
        ("Nazwa;Telefon;Telefon\nA;1;2", 0, ["Nazwa", "Telefon", "Telefon"]),
        ("Firma:;Alfa;Oddział:\n\nNazwa;NIP;Miasto;Uwagi\nA;1;Łódź;", 2,
         ["Nazwa", "NIP", "Miasto", "Uwagi"]),
        ("A;1;2\nB;2;3\nC;3;4\n", None, []),
    ],
)  # fmt: skip
def test_the_header_is_found_where_a_person_would_find_it(write, lines, header_row, names):
    seen = inspect(write(lines), "x.csv")
    assert (seen.header_row, seen.header) == (header_row, names)


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


@pytest.mark.parametrize("text", ["Projekt — Klient", "A—B", "5 €", "2020–2021", "„x”", "🚀"])
def test_signs_alone_make_no_doubt_about_utf_8(tmp_path, text):
    path = tmp_path / "plik.csv"
    path.write_text(f"Nazwa;{text}\nOpole;ACME\n", encoding="utf-8")
    found = inspect(path, path.name)
    assert (found.encoding, found.encoding_certain) == ("utf-8", True)
    assert found.header == ["Nazwa", text]
