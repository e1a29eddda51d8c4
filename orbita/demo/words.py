"""Words out of which Polish companies and people are invented; frequent ones stand first."""


def split(text: str) -> list[str]:
    """The words of a text; an underscore stands for a space within one."""
    return [word.replace("_", " ") for word in text.split()]


WOMEN = split(
    """
    Anna Katarzyna Maria Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna
    Monika Aleksandra Zofia Teresa Danuta Natalia Karolina Julia Marta Beata Dorota Janina
    Jadwiga Alicja Halina Jolanta Grażyna Iwona Paulina Justyna Hanna Irena Bożena Urszula
    Izabela Sylwia Patrycja Renata Ewelina Wiktoria Oliwia Kinga Aneta Marzena Emilia Weronika
    Zuzanna Helena Wiesława Klaudia Bogumiła Łucja Żaneta Świętosława Michalina Gabriela
    Stanisława Kamila Edyta
    """
)

MEN = split(
    """
    Piotr Krzysztof Andrzej Jan Tomasz Paweł Stanisław Marcin Michał Marek Grzegorz Józef Jakub
    Łukasz Adam Jerzy Zbigniew Mateusz Dariusz Wojciech Mariusz Tadeusz Ryszard Rafał Maciej
    Robert Kamil Henryk Dawid Szymon Jacek Kacper Bartosz Artur Sławomir Sebastian Janusz Damian
    Patryk Daniel Przemysław Mirosław Roman Filip Antoni Wiesław Kazimierz Marian Adrian Dominik
    Leszek Aleksander Czesław Arkadiusz Bogdan Zdzisław Świętopełk Żelisław Ksawery Bolesław
    """
)

SURNAMES = split(
    """
    Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak
    Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski
    Grabowski Zając Pawłowski Michalski Król Nowakowski Wieczorek Wróbel Jabłoński Dudek
    Adamczyk Majewski Nowicki Olszewski Stępień Malinowski Jaworski Pawlak Witkowski Walczak
    Górski Rutkowski Sikora Baran Michalak Szewczyk Ostrowski Tomaszewski Pietrzak Duda Zalewski
    Wróblewski Jasiński Marciniak Bąk Zawadzki Sadowski Jakubowski Wilk Włodarczyk Chmielewski
    Borkowski Sokołowski Szczepański Sawicki Kucharski Lis Maciejewski Kubiak Kalinowski Wysocki
    Mazurek Kołodziej Kaźmierczak Czarnecki Sobczak Konieczny Głowacki Urban Krupa Zakrzewski
    Wasilewski Krajewski Adamski Laskowski Ziółkowski Sikorski Mróz Gajewski Szulc Makowski
    Kaczmarczyk Brzeziński Baranowski Przybylski Szymczak Kozak Kania Błaszczyk Borowski Cieślak
    Górecki Szczepaniak Chojnacki Leszczyński Czerwiński Wesołowski Andrzejewski Jaroszewski
    Łuczak Żak Ćwikliński Świątek Łęcki Źródlak Śliwiński Żuraw Łapiński Ćwik
    """
)

STEMS = split(
    """
    Bor Brzoz Buk Byd Chmiel Czar Dęb Dob Drozd Głog Gór Grab Gruszcz Jastrzęb Jawor Kal Klon
    Kos Krasz Lip Lub Łagod Łuk Mal Młod Modrz Nieg Ol Osin Pias Pod Przyb Rad Rud Sob Sos Star
    Śliw Świerk Tarn Top Turz Wiśl Wol Wrzos Zab Zar Ziel Żar Żur
    """
)
ENDINGS = split("owski ewicz czyk ak ecki iński iak icki arz owicz ek anowski")

CITIES: tuple[tuple[str, str, str, int], ...] = (
    ("Warszawa", "00", "22", 190),
    ("Kraków", "30", "12", 85),
    ("Wrocław", "50", "71", 70),
    ("Łódź", "90", "42", 62),
    ("Poznań", "60", "61", 58),
    ("Gdańsk", "80", "58", 50),
    ("Szczecin", "70", "91", 38),
    ("Bydgoszcz", "85", "52", 32),
    ("Lublin", "20", "81", 32),
    ("Białystok", "15", "85", 28),
    ("Katowice", "40", "32", 28),
    ("Gdynia", "81", "58", 24),
    ("Częstochowa", "42", "34", 20),
    ("Radom", "26", "48", 18),
    ("Rzeszów", "35", "17", 20),
    ("Toruń", "87", "56", 18),
    ("Kielce", "25", "41", 17),
    ("Gliwice", "44", "32", 16),
    ("Olsztyn", "10", "89", 16),
    ("Bielsko-Biała", "43", "33", 15),
    ("Zielona Góra", "65", "68", 13),
    ("Opole", "45", "77", 12),
    ("Tychy", "43", "32", 11),
    ("Rybnik", "44", "32", 11),
    ("Tarnów", "33", "14", 10),
    ("Koszalin", "75", "94", 9),
    ("Kalisz", "62", "62", 9),
    ("Legnica", "59", "76", 8),
    ("Nowy Sącz", "33", "18", 8),
    ("Płock", "09", "24", 8),
    ("Elbląg", "82", "55", 8),
    ("Siedlce", "08", "25", 6),
    ("Zamość", "22", "84", 5),
    ("Ełk", "19", "87", 5),
    ("Łomża", "18", "86", 5),
    ("Żory", "44", "32", 4),
    ("Świdnica", "58", "74", 4),
    ("Żywiec", "34", "33", 3),
    ("Ćmielów", "27", "15", 1),
    ("Źrebce Wielkie", "48", "77", 1),
)

STREETS = split(
    """
    Polna Leśna Słoneczna Krótka Szkolna Ogrodowa Lipowa Brzozowa Łąkowa Kwiatowa Kościuszki
    Sosnowa Mickiewicza Sienkiewicza Słowackiego Piłsudskiego Zielona Długa Kolejowa Przemysłowa
    Fabryczna Dworcowa Rynek Wojska_Polskiego Świętokrzyska Żeromskiego Łokietka Żytnia
    Jana_Pawła_II Ćwiklińskiej
    """
)

BEGINNINGS = split(
    """
    Agro Alfa Al Auto Bal Beta Bio Bud Cargo Cent Chem Delta Dom Dro Eko Elektro Elmo Ener Euro
    Fil Galen Gastro Geo Gór Granit Hydro Inter Inwest Jantar Kam Kolor Komp Krak Lech Log Łuk
    Mar Mebl Med Met Mil Modr Net Nord Omega Opti Orion Pak Pol Pom Prem Pro Remo Rol Sigma
    Silesia Sol Stal Star Swit Śląsk Tech Term Trans Uni Vita War Wektor Wir Zdrój Złot Żel
    """
)
MIDDLES = split(
    """
    ex pol bud mont plast met tech inwest trans mix max lux serwis system land art dom mark far
    stal lab chem gum druk pak rol kon wit star net bis
    """
)
TRADES = split(
    """
    Transport Logistyka Budownictwo Usługi Handel Spedycja Serwis Produkcja Meble Okna
    Instalacje Elektronika Oprogramowanie Doradztwo Nieruchomości Hurtownia Opakowania Narzędzia
    Odzież Kosmetyki Medycyna Apteka Piekarnia Catering Ogrody Energia Recykling Finanse
    Ubezpieczenia Szkolenia Druk Reklama Turystyka Żywność Chłodnictwo Źródła Ścieki Łożyska
    Ćwiczenia Automatyka
    """
)
WORKSHOPS = (
    "Zakład Stolarski",
    "Auto Serwis",
    "Biuro Rachunkowe",
    "Kancelaria Prawna",
    "Gabinet Stomatologiczny",
    "Firma Handlowa",
    "PPHU",
    "Przedsiębiorstwo Wielobranżowe",
    "Piekarnia",
    "Hurtownia",
    "Gospodarstwo Rolne",
    "Pracownia Projektowa",
    "Usługi Remontowe",
    "Salon Fryzjerski",
    "Zakład Ślusarski",
    "Centrum Ogrodnicze",
)
LEGAL_FORMS: tuple[tuple[str, int], ...] = (
    ("Sp. z o.o.", 55),
    ("", 20),
    ("S.A.", 6),
    ("Sp. j.", 5),
    ("Sp. k.", 5),
    ("s.c.", 6),
    ("Spółka z ograniczoną odpowiedzialnością", 3),
)

POSITIONS: tuple[tuple[str, int], ...] = (
    ("", 25),
    ("Specjalista ds. sprzedaży", 12),
    ("Właściciel", 12),
    ("Dyrektor handlowy", 9),
    ("Prezes zarządu", 9),
    ("Kierownik zakupów", 8),
    ("Księgowość", 6),
    ("Sekretariat zarządu", 5),
    ("Kierownik projektu", 5),
    ("Dyrektor finansowy", 4),
    ("Dyrektor IT", 4),
    ("Członek zarządu", 3),
    ("Główny inżynier", 2),
    ("Źródłosłowoznawca", 1),
)

TAGS = (
    "Klient",
    "Prospekt",
    "VIP",
    "Newsletter",
    "Targi 2025",
    "Partner",
    "Dostawca",
    "Do kontaktu",
    "Pilne",
    "Małopolska",
    "Mazowsze",
    "Śląsk",
    "Pomorze",
    "Faktura papierowa",
    "Zaległości",
    "Umowa ramowa",
    "Szkolenie",
    "Serwis",
    "Eksport",
    "Konkurencja",
)
SOURCES = ("Targi", "Strona www", "Polecenie", "LinkedIn", "Telefon", "Kampania e-mail")
INDUSTRIES = ("Produkcja", "Handel", "Budownictwo", "Transport", "Usługi")
