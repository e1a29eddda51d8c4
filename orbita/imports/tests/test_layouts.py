"""Files of other programs are recognised by their headers."""

import pytest

from orbita.contacts.models import Person
from orbita.imports import importing
from orbita.imports.columns import targets
from orbita.imports.models import Import
from orbita.records.kinds import kinds
from orbita.records.layouts import layouts_of

pytestmark = pytest.mark.django_db

FILES = {
    "Google Contacts": (
        "persons",
        "First Name,Middle Name,Last Name,File As,Organization Name,Organization Title,Notes,"
        "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Address 1 - Formatted,Address 1 - Street,"
        "Address 2 - Street",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Organization Name": "company.title",
            "Organization Title": "position",
            "Notes": "description",
            "E-mail 1 - Value": "emails",
            "E-mail 2 - Value": "emails",
            "Phone 1 - Value": "phones",
            "Address 1 - Street": "street",
        },
    ),
    "Google Contacts, before 2024": (
        "persons",
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Occupation,Group Membership,"
        "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name,"
        "Organization 1 - Title,Address 1 - City",
        {
            "Given Name": "first_name",
            "Family Name": "last_name",
            "E-mail 1 - Value": "emails",
            "Phone 1 - Value": "phones",
            "Organization 1 - Name": "company.title",
            "Organization 1 - Title": "position",
            "Address 1 - City": "city",
        },
    ),
    "Outlook": (
        "persons",
        "Title,First Name,Last Name,Company,Job Title,Business Street,Business City,"
        "Business Postal Code,Home Street,Business Phone,Mobile Phone,E-mail Address,E-mail Type,"
        "E-mail 2 Address,Web Page",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Company": "company.title",
            "Job Title": "position",
            "Business Street": "street",
            "Business City": "city",
            "Business Postal Code": "postcode",
            "Business Phone": "phones",
            "Mobile Phone": "mobile",
            "E-mail Address": "emails",
            "E-mail 2 Address": "emails",
            "Web Page": "www",
        },
    ),
    "Outlook in Polish": (
        "persons",
        "Tytuł,Imię,Nazwisko,Firma,Stanowisko,Adres służbowy - ulica,Adres służbowy - miejscowość,"
        "Adres domowy - ulica,Telefon służbowy,Telefon komórkowy,Adres e-mail,Typ e-mail,"
        "Adres e-mail 2,Notatki",
        {
            "Imię": "first_name",
            "Nazwisko": "last_name",
            "Firma": "company.title",
            "Stanowisko": "position",
            "Adres służbowy - ulica": "street",
            "Adres służbowy - miejscowość": "city",
            "Telefon służbowy": "phones",
            "Telefon komórkowy": "mobile",
            "Adres e-mail": "emails",
            "Adres e-mail 2": "emails",
            "Notatki": "description",
        },
    ),
    "Thunderbird": (
        "persons",
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,"
        "Work Phone,Mobile Number,Home City,Work Address,Work City,Work ZipCode,Organization",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Primary Email": "emails",
            "Secondary Email": "emails",
            "Work Phone": "phones",
            "Mobile Number": "mobile",
            "Work Address": "street",
            "Work City": "city",
            "Work ZipCode": "postcode",
            "Organization": "company.title",
        },
    ),
    "HubSpot contacts": (
        "persons",
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "emails",
            "Phone Number": "phones",
            "Contact owner": "owner",
            "Associated Company": "company.title",
        },
    ),
    "HubSpot companies": (
        "companies",
        "Record ID,Company name,Company owner,Phone Number,City,Company Domain Name",
        {
            "Company name": "title",
            "Company owner": "owner",
            "Phone Number": "phones",
            "City": "city",
            "Company Domain Name": "www",
        },
    ),
    "HubSpot deals": (
        "deals",
        "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Company",
        {
            "Deal Name": "title",
            "Close Date": "expected_close",
            "Deal owner": "owner",
            "Amount": "value",
            "Associated Company": "company.title",
        },
    ),
    "Pipedrive people": (
        "persons",
        "Person - ID,Person - First name,Person - Last name,Person - Organization,"
        "Person - Email - Work,Person - Phone - Mobile,Person - Owner",
        {
            "Person - First name": "first_name",
            "Person - Last name": "last_name",
            "Person - Organization": "company.title",
            "Person - Email - Work": "emails",
            "Person - Phone - Mobile": "mobile",
            "Person - Owner": "owner",
        },
    ),
    "Pipedrive organizations": (
        "companies",
        "Organization - ID,Organization - Name,Organization - Owner,Organization - Address",
        {
            "Organization - Name": "title",
            "Organization - Owner": "owner",
            "Organization - Address": "street",
        },
    ),
    "Pipedrive deals": (
        "deals",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Stage,Deal - Status,"
        "Deal - Expected close date,Deal - Organization,Deal - Owner",
        {
            "Deal - Title": "title",
            "Deal - Value": "value",
            "Deal - Currency of Value": "currency",
            "Deal - Status": "status",
            "Deal - Expected close date": "expected_close",
            "Deal - Organization": "company.title",
            "Deal - Owner": "owner",
        },
    ),
    "Salesforce contacts": (
        "persons",
        "Salutation,First Name,Last Name,Title,Mailing Street,Mailing City,Mailing State/Province,"
        "Mailing Zip/Postal Code,Mailing Country,Phone,Mobile,Email,Account Owner,Account Name",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Title": "position",
            "Mailing Street": "street",
            "Mailing City": "city",
            "Mailing Zip/Postal Code": "postcode",
            "Mailing Country": "country",
            "Phone": "phones",
            "Mobile": "mobile",
            "Email": "emails",
            "Account Name": "company.title",
        },
    ),
    "Salesforce accounts": (
        "companies",
        "Account Name,Account Owner,Billing Street,Billing City,Shipping City,Phone,Website",
        {
            "Account Name": "title",
            "Account Owner": "owner",
            "Billing Street": "street",
            "Billing City": "city",
            "Phone": "phones",
            "Website": "www",
        },
    ),
    "Salesforce opportunities": (
        "deals",
        "Opportunity Name,Account Name,Stage,Amount,Close Date,Opportunity Owner",
        {
            "Opportunity Name": "title",
            "Account Name": "company.title",
            "Amount": "value",
            "Close Date": "expected_close",
            "Opportunity Owner": "owner",
        },
    ),
    "EspoCRM contacts": (
        "persons",
        "id,firstName,lastName,accountName,title,emailAddress,phoneNumber,addressStreet,"
        "addressCity,assignedUserName",
        {
            "firstName": "first_name",
            "lastName": "last_name",
            "accountName": "company.title",
            "title": "position",
            "emailAddress": "emails",
            "phoneNumber": "phones",
            "addressStreet": "street",
            "addressCity": "city",
            "assignedUserName": "owner",
        },
    ),
    "EspoCRM accounts": (
        "companies",
        "id,name,website,emailAddress,phoneNumber,billingAddressStreet,billingAddressCity,"
        "shippingAddressCity",
        {
            "name": "title",
            "website": "www",
            "emailAddress": "emails",
            "phoneNumber": "phones",
            "billingAddressStreet": "street",
            "billingAddressCity": "city",
        },
    ),
    "EspoCRM opportunities": (
        "deals",
        "id,name,accountName,stage,amount,amountCurrency,closeDate",
        {
            "name": "title",
            "accountName": "company.title",
            "amount": "value",
            "amountCurrency": "currency",
            "closeDate": "expected_close",
        },
    ),
    "Livespace people": (
        "persons",
        "Numer ID,Imię,Nazwisko,Nazwa firmy,NIP,Stanowisko,Opiekun,Telefon komórkowy",
        {
            "Imię": "first_name",
            "Nazwisko": "last_name",
            "Nazwa firmy": "company.title",
            "NIP": "company.nip",
            "Stanowisko": "position",
            "Opiekun": "owner",
            "Telefon komórkowy": "mobile",
        },
    ),
    "Livespace companies": (
        "companies",
        "Numer ID,Nazwa firmy,NIP,Opiekun,Źródło pozyskania,Grupy",
        {
            "Nazwa firmy": "title",
            "NIP": "nip",
            "Opiekun": "owner",
            "Źródło pozyskania": "source",
            "Grupy": "groups",
        },
    ),
    "Livespace deals": (
        "deals",
        "Numer ID,Nazwa szansy sprzedaży,Proces sprzedaży,Nazwa firmy,Wartość",
        {
            "Nazwa szansy sprzedaży": "title",
            "Nazwa firmy": "company.title",
            "Wartość": "value",
        },
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_the_export_of_another_program_is_recognised_and_matched(upload, kasia, features, name):
    slug, header, expected = FILES[name]
    columns = header.split(",")
    imp = upload([columns, ["x"] * len(columns)], by=kasia, kind=slug)
    layout = next(one for one in layouts_of(kinds.get(slug).key) if one.key == imp.layout)
    assert name.startswith(layout.name)
    assert {imp.columns[int(i)]: path for i, path in imp.mapping.items()} == expected


def test_every_layout_names_fields_that_there_are(anna, features):
    for kind in kinds:
        known = targets(kind, anna)
        for layout in layouts_of(kind.key):
            assert {path for path in layout.columns.values() if path} <= set(known), layout.key
            for telling in layout.telling:
                assert len(telling) > 1


def test_our_own_export_is_nobody_elses(client, kasia, make):
    make("company", title="Budex", owner=kasia)
    content = client.as_(kasia).get("/companies/export/csv/?whole=1").getvalue()
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("firmy.csv", content)
    client.post("/imports/new/", {"kind": "companies", "file": file})
    assert Import.objects.get().layout == ""


def test_a_layout_is_switched_off_and_on_again(client, upload, kasia):
    header = FILES["EspoCRM contacts"][1].split(",")
    imp = upload([header, ["x"] * len(header)], by=kasia, kind="persons")
    client.as_(kasia)
    address = f"/imports/{imp.pk}/mapping/"
    page = client.get(address).content.decode()
    assert "<strong>EspoCRM</strong>" in page
    for wanted, words in (("off", "Match as EspoCRM"), ("on", "<strong>EspoCRM</strong>")):
        answer = client.post(f"/imports/{imp.pk}/layout/", {"layout": wanted, "bad_cell": "empty"})
        assert answer["Location"] == address
        page = client.get(address).content.decode()
        assert words in page
        assert 'value="empty" checked' in page
        assert page.count('<option value="company.title" selected>') == (wanted == "on")


def test_several_values_of_google_in_one_cell(run, kasia):
    header = FILES["Google Contacts"][1].split(",")
    row = dict.fromkeys(header, "") | {
        "First Name": "Ada",
        "Last Name": "Łęcka",
        "E-mail 1 - Value": "ada@x.example ::: a.lecka@y.example",
        "Phone 1 - Value": "600 100 200 ::: 601 200 300",
    }
    report = run([header, list(row.values())], by=kasia, kind="persons")
    assert report["counts"]["created"] == 1, report["rows"]
    person = Person.objects.get()
    points = person.contact_points.order_by("type", "position").values_list("value", flat=True)
    assert len(points) == 4
    assert importing.report(Import.objects.get())["rows"] == []
