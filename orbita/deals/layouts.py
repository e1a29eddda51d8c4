"""Exports of other programs, for deals."""

from orbita.records.layouts import Layout, register

_NOBODY = ""

register(
    Layout(
        "hubspot-deals",
        "HubSpot",
        "deal",
        telling=(("Deal Name", "Deal Stage", "Amount"), ("Record ID", "Deal Name", "Pipeline")),
        columns={
            "Deal Name": "title",
            "Amount": "value",
            "Currency": "currency",
            "Close Date": "expected_close",
            "Associated Company": "company.title",
            "Deal owner": "owner",
            "Deal Description": "description",
            "Original Source Type": "source",
            "Original Traffic Source": "source",
            **dict.fromkeys(("Record ID", "Deal Stage", "Pipeline"), _NOBODY),
        },
    ),
    Layout(
        "pipedrive-deals",
        "Pipedrive",
        "deal",
        telling=(("Deal - Title", "Deal - Value"), ("Deal - ID", "Deal - Title")),
        columns={
            "Deal - Title": "title",
            "Deal - Value": "value",
            "Deal - Currency of Value": "currency",
            "Deal - Currency": "currency",
            "Deal - Status": "status",
            "Deal - Expected close date": "expected_close",
            "Deal - Organization": "company.title",
            "Organization - Name": "company.title",
            "Organization": "company.title",
            "Deal - Owner": "owner",
            "Deal - Label": "tags",
            "Deal - Labels": "tags",
            **dict.fromkeys(
                (
                    *("Deal - ID", "Deal - Stage", "Deal - Pipeline", "Deal - Organization ID"),
                    *("Deal - Contact person", "Deal - Contact person ID", "Person - Name"),
                    *("Deal - Weighted value", "Deal - Currency of Weighted value"),
                ),
                _NOBODY,
            ),
        },
    ),
    Layout(
        "salesforce-opportunities",
        "Salesforce",
        "deal",
        telling=(
            ("Opportunity Name", "Account Name"),
            ("Opportunity Name", "Stage", "Amount"),
            ("Id", "Name", "StageName", "CloseDate"),
        ),
        columns={
            "Opportunity Name": "title",
            "Name": "title",
            "Account Name": "company.title",
            "Amount": "value",
            "Amount Currency": "currency",
            "CurrencyIsoCode": "currency",
            "Close Date": "expected_close",
            "CloseDate": "expected_close",
            "Opportunity Owner": "owner",
            "Lead Source": "source",
            "LeadSource": "source",
            "Description": "description",
            **dict.fromkeys(
                (
                    *("Id", "AccountId", "OwnerId", "Opportunity ID", "Stage", "StageName"),
                    *("Expected Revenue", "ExpectedRevenue", "Next Step", "NextStep"),
                ),
                _NOBODY,
            ),
        },
    ),
    Layout(
        "espocrm-opportunities",
        "EspoCRM",
        "deal",
        telling=(("name", "amount", "closeDate"), ("name", "accountName", "stage")),
        columns={
            "name": "title",
            "accountName": "company.title",
            "amount": "value",
            "amountCurrency": "currency",
            "closeDate": "expected_close",
            "assignedUserName": "owner",
            "leadSource": "source",
            "description": "description",
            **dict.fromkeys(
                ("id", "accountId", "assignedUserId", "stage", "amountConverted"), _NOBODY
            ),
        },
    ),
    Layout(
        "livespace-deals",
        "Livespace",
        "deal",
        telling=(
            ("Nazwa szansy sprzedaży", "Proces sprzedaży"),
            ("Nazwa sprzedaży", "Proces sprzedaży"),
        ),
        columns={
            "Nazwa szansy sprzedaży": "title",
            "Nazwa sprzedaży": "title",
            "Nazwa firmy": "company.title",
            "Numer ID": _NOBODY,
        },
    ),
)
