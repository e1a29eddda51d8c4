"""Account settings > Relations: the switch, the types, what is refused; AC-44, 56 to 59, 150."""

import pytest
from django.test import Client

from orbita.accounts.audit import AuditEntry
from orbita.preferences import feature_enabled
from orbita.records.kinds import kinds
from orbita.records.models import CustomField
from orbita.relations.facings import facings_for, offered_for
from orbita.relations.models import Edge, Relation, RelationType
from orbita.relations.relating import relate_many

pytestmark = pytest.mark.django_db

PAGE = "/settings/relations/"
NEW = f"{PAGE}new/"
SWITCH = "/settings/add-ons/relations/switch/"


@pytest.fixture
def admin(client, anna, features):
    return client.as_(anna)


@pytest.fixture
def rivals(relation_type):
    return relation_type("company", "Konkurenci", "company", "Konkurenci")


@pytest.fixture
def branch(relation_type):
    return relation_type("company", "Centrala", "company", "Oddział")


def values(kind_a="deal", label_a="Sprzedaż", kind_b="space", label_b="Projekt", **more):
    """What the form posts."""
    return {
        "kind_a": kind_a,
        "label_a": label_a,
        "kind_b": kind_b,
        "label_b": label_b,
        "one_a": "",
        "one_b": "",
    } | more


def stored():
    return list(RelationType.objects.order_by("pk").values())


def refused(answer):
    """The sentences of a refusal, by field."""
    assert answer.status_code == 422
    return {name: list(texts) for name, texts in answer.context["form"].errors.items()}


def names(client):
    """The types that the page lists as offered, and as archived."""
    context = client.get(PAGE).context
    return tuple([str(line["type"]) for line in context[key]] for key in ("offered", "archived"))


def tie_many(facing, records, by):
    """Relate the first record to all others."""
    first, *others = records
    relate_many([(first.pk, other.pk) for other in others], facing, by=by)


@pytest.fixture
def two_hundred(make_many, kasia, rivals):
    """200 relations of Konkurenci, all of one company."""
    from orbita.records.changes import change_set

    companies = make_many("company", 201, title="Firma {}", owner=kasia)
    facing = next(one for one in facings_for(kasia) if one.type == rivals)
    with change_set(by=kasia, channel="form"):
        tie_many(facing, companies, kasia)
    return companies


# The switch ----------------------------------------------------------------------------------


def test_switched_on_an_account_without_types_gets_examples(client, anna):
    client.as_(anna)
    assert not feature_enabled("relations")
    text = client.get(PAGE).content.decode()
    assert "Allow relations on the profiles of contacts, deals and so on" in text
    assert "Add relation type" not in text
    client.post(SWITCH, {"on": "1", "next": PAGE})
    offered, archived = names(client)
    assert {"Headquarters — Branch", "Competitors"} <= set(offered)
    assert archived == []


def test_types_of_a_kind_that_is_off_say_so_and_nothing_below_the_page_exists_while_it_is_off(
    admin, relation_type
):
    made = relation_type("deal", "Sprzedaż", "space", "Projekt")
    admin.post("/settings/add-ons/spaces/switch/", {"on": "0"})
    assert "Switched off: Spaces" in admin.get(PAGE).content.decode()
    assert "space" not in dict(admin.get(NEW).context["form"].fields["kind_a"].choices)
    answer = admin.post(f"{PAGE}{made.pk}/", values(label_b="Realizacja"))
    assert answer.status_code == 302
    admin.post(SWITCH, {"on": "0"})
    before = stored()
    assert admin.get(NEW).status_code == 404
    assert admin.post(NEW, values()).status_code == 404
    assert admin.post(f"{PAGE}{made.pk}/removal/", {"confirmed": "1"}).status_code == 404
    assert stored() == before


@pytest.mark.parametrize("who", ["kasia", "marek"])
def test_others_than_administrators_are_refused_and_nothing_changes(client, request, branch, who):
    client.as_(request.getfixturevalue(who))
    before = stored()
    assert client.get(PAGE).status_code == 403
    assert client.get(NEW).status_code == 403
    tails = ("", "archiving/", "restoration/", "removal/")
    for address in (
        *(NEW, f"{PAGE}order/", f"{PAGE}example/", SWITCH),
        *(f"{PAGE}{branch.pk}/{tail}" for tail in tails),
    ):
        data = values() | {"confirmed": "1", "on": "0", "type": str(branch.pk)}
        assert client.post(address, data).status_code == 403
    assert stored() == before
    assert feature_enabled("relations")
    assert not AuditEntry.objects.exclude(action="refused").exists()


def test_strangers_are_led_to_the_log_in(branch):
    before = stored()
    assert Client().get(PAGE).status_code == 302
    assert Client().post(f"{PAGE}{branch.pk}/removal/", {"confirmed": "1"}).status_code == 302
    assert stored() == before


# Adding --------------------------------------------------------------------------------------


def test_a_new_type_can_be_chosen_at_once_under_the_label_of_the_other_side(admin, kasia, anna):
    answer = admin.post(NEW, values(label_b="Projekt realizacji ustaleń"))
    assert answer.status_code == 302
    labels = {
        key: [one.label for one in offered_for(kasia, kinds.by_key(key))]
        for key in ("deal", "space", "company")
    }
    assert labels == {"deal": ["Projekt realizacji ustaleń"], "space": ["Sprzedaż"], "company": []}
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.details["deed"]) == (anna, "added")


PAIRS = [(a, b) for n, a in enumerate(kinds) for b in list(kinds)[n:]]


@pytest.mark.parametrize(("a", "b"), PAIRS, ids=[f"{a}-{b}" for a, b in PAIRS])
def test_every_pair_of_kinds_can_be_joined(admin, anna, a, b):
    assert admin.post(NEW, values(a.key, "Lewy", b.key, "Prawy")).status_code == 302
    assert "Prawy" in [one.label for one in offered_for(anna, a)]
    assert "Lewy" in [one.label for one in offered_for(anna, b)]
    assert names(admin)[0] == ["Lewy — Prawy"]


def test_an_empty_label_is_refused_whichever_it_is(admin):
    sentence = ["Give the labels of both sides"]
    assert refused(admin.post(NEW, values(label_a=""))) == {"label_a": sentence}
    assert refused(admin.post(NEW, values(label_b=" \u200b "))) == {"label_b": sentence}
    both = refused(admin.post(NEW, {"kind_a": "deal", "kind_b": "space"}))
    assert both == {"label_a": sentence, "label_b": sentence}
    assert stored() == []


def test_long_labels_and_unknown_kinds_are_refused_and_what_was_typed_stays(admin):
    answer = admin.post(NEW, values(label_a="ż" * 61))
    assert refused(answer) == {"label_a": ["A label has at most 60 characters"]}
    assert "Projekt" in answer.content.decode()
    assert set(refused(admin.post(NEW, values(kind_a="user")))) == {"kind_a"}
    assert set(refused(admin.post(NEW, values(kind_b="")))) == {"kind_b"}
    assert stored() == []
    assert admin.post(NEW, values(label_a="ż" * 60)).status_code == 302


def test_the_same_type_is_refused_mirrored_and_in_other_spelling_too(admin, branch):
    before = stored()
    for same in (
        values("company", "Centrala", "company", "Oddział"),
        values("company", "Oddział", "company", "Centrala"),
        values("company", " CENTRALA", "company", "oddzial"),
    ):
        (texts,) = refused(admin.post(NEW, same)).values()
        assert texts == ["There is such a type of relation already: Centrala — Oddział"]
    assert stored() == before


def test_a_second_click_makes_no_second_type(admin):
    assert admin.post(NEW, values()).status_code == 302
    assert admin.post(NEW, values()).status_code == 422
    assert RelationType.objects.count() == 1


def test_instead_of_an_archived_one_its_restoration_is_offered(admin, branch):
    admin.post(f"{PAGE}{branch.pk}/archiving/")
    answer = admin.post(NEW, values("company", "Centrala", "company", "Oddział"))
    assert answer.status_code == 422
    restoration = f"{PAGE}{branch.pk}/restoration/"
    assert restoration in answer.content.decode()
    admin.post(restoration)
    assert names(admin) == (["Centrala — Oddział"], [])


def test_a_label_is_not_that_of_a_field_of_the_profiles_on_which_it_stands(admin):
    CustomField.objects.create(kind="company", label="Opiekun serwisu", type="text")
    for label in ("Opiekun serwisu", "NIP", "Acquisition source", "Źródło pozyskania"):
        assert set(refused(admin.post(NEW, values("person", label, "company", "Inne")))) == {
            "label_a"
        }
    assert stored() == []
    assert admin.post(NEW, values("company", "NIP", "deal", "Inne")).status_code == 302


def test_both_sides_get_their_place_in_the_form_and_their_limit(admin):
    admin.post(
        NEW,
        values(
            "company",
            "Centrala",
            "company",
            "Oddział",
            one_a="1",
            section_b_company="basic",
            section_a_deal="basic",
        ),
    )
    made = RelationType.objects.get()
    assert (made.one_a, made.one_b, made.section_a, made.section_b) == (True, False, "", "basic")
    (shown,) = admin.get(PAGE).context["offered"]
    assert shown["places"] == ["Company › Basic data"]
    assert shown["limits"] == ["Centrala: at most one"]
    answer = admin.post(
        NEW, values("company", "Matka", "company", "Córka", section_a_company="nowhere")
    )
    assert set(refused(answer)) == {"section_a_company"}


def test_one_label_for_both_sides_needs_one_limit_and_one_section(admin):
    admin.post(
        NEW,
        values("person", "Małżonek", "person", "małżonek", one_b="1", section_b_person="basic"),
    )
    made = RelationType.objects.get()
    assert made.is_symmetric
    assert (made.one_a, made.one_b, made.section_a, made.section_b) == (True, True, "basic", "")


def test_the_example_says_what_both_profiles_will_show(admin):
    url = f"{PAGE}example/"
    text = admin.post(url, values("company", "Centrala", "deal", "Oddział", one_a="1"))
    shown = " ".join(text.content.decode().split())
    assert (
        'On the profile (Company): <strong class="name">Oddział: …</strong> (any number)' in shown
    )
    assert 'On the profile (Deal): <strong class="name">Centrala: …</strong> (at most one)' in shown
    same = admin.post(url, values("company", "Partner", "company", " PARTNER "))
    assert "Symmetric: one label for both sides" in same.content.decode()
    hostile = admin.post(url, values(label_a="<script>x</script>", kind_b="space"))
    assert "<script>" not in hostile.content.decode()
    assert admin.post(url, {}).status_code == 200
    assert stored() == []


def test_a_custom_field_is_not_called_like_a_relation_of_its_kind(admin, branch):
    url = "/settings/forms/fields/companies/new/?type=text"
    before = CustomField.objects.count()
    refusal = admin.post(url, {"label": " CENTRALA", "section": "basic"})
    assert refused(refusal) == {"label": ["There is a field “CENTRALA” already"]}
    assert CustomField.objects.count() == before
    url = url.replace("companies", "deals")
    assert admin.post(url, {"label": "Centrala", "section": "basic"}).status_code == 302


def test_a_type_whose_section_is_removed_goes_to_the_default_one_and_the_administrator_is_told(
    admin, anna
):
    layout = "/settings/forms/layout/companies/"

    def save(**more):
        page = admin.get(layout).context
        wanted = []
        for section in page["sections"]:
            wanted.append(f"section:{section['key']}")
            wanted += [f"field:{entry['field'].key}" for entry in section["fields"]]
        return admin.post(layout, {"item": wanted, "seen": page["seen"]} | more)

    save(add="1", new_section="Grupa kapitałowa")
    section = admin.get(layout).context["sections"][-1]["key"]
    same = values("company", "Centrala", "company", "Oddział", section_b_company=section)
    admin.post(NEW, same)
    made = RelationType.objects.get()
    (line,) = admin.get(PAGE).context["offered"]
    assert line["places"] == ["Company › Grupa kapitałowa"]
    company = kinds.by_key("company")
    shown = [(s.label, [f.label for f in fields]) for s, fields in company.sections(anna)]
    assert shown[-1] == ("Grupa kapitałowa", ["Centrala"])

    answer = save(remove=section)
    assert [str(text) for text in answer.wsgi_request._messages][-1] == (
        "The form is saved. Moved to the section “Other data”: Centrala."
    )
    assert company.sections(anna)[-1][1][-1].label == "Centrala"
    (line,) = admin.get(PAGE).context["offered"]
    assert line["places"] == ["Company › Other data"]
    form = admin.get(f"{PAGE}{made.pk}/").context["form"]
    assert form["section_b_company"].value() == "other"
    assert "Centrala" in admin.get("/companies/new/").content.decode()


# Changing ------------------------------------------------------------------------------------


def test_kinds_of_a_used_type_stay_and_its_new_name_is_everywhere(admin, anna, two_hundred, rivals):
    page = f"{PAGE}{rivals.pk}/"
    before = stored()
    (shown,) = admin.get(PAGE).context["offered"]
    assert shown["count"] == "200 relations"
    answer = admin.post(page, values("company", "Konkurenci", "person", "Konkurenci"))
    assert "cannot be changed while it is in use" in refused(answer)["kind_b"][0]
    assert stored() == before
    renamed = {"label_a": "Konkurencja", "label_b": "Konkurencja"}
    assert admin.post(page, renamed).status_code == 302
    labels = {one.label for one in facings_for(anna) if one.type == rivals}
    assert labels == {"Konkurencja"}
    assert Edge.objects.known_to(anna).filter(near=two_hundred[0]).count() == 200
    last = AuditEntry.objects.first()
    assert last.details["before"] == {"label_a": "Konkurenci", "label_b": "Konkurenci"}


def test_one_label_does_not_become_two_while_the_type_is_in_use(admin, make, tie, rivals, branch):
    acme, budex, delta = (make("company", title=name) for name in ("ACME", "Budex", "Delta"))
    tie(rivals, acme, budex)
    tie(branch, acme, delta)
    before = stored()
    split = values("company", "Konkurenci", "company", "Rywale")
    joined = values("company", "Centrala", "company", "Centrala")
    assert refused(admin.post(f"{PAGE}{rivals.pk}/", split))
    assert refused(admin.post(f"{PAGE}{branch.pk}/", joined))
    assert stored() == before
    swapped = values("company", "Oddział", "company", "Centrala")
    assert admin.post(f"{PAGE}{branch.pk}/", swapped).status_code == 302


def test_no_limit_comes_that_records_are_beyond(admin, make, tie, branch):
    lodz, *heads = (make("company", title=name) for name in ("Łódź", "ACME", "Budex"))
    for head in heads:
        tie(branch, head, lodz)
    before = stored()
    same = ("company", "Centrala", "company", "Oddział")
    answer = admin.post(f"{PAGE}{branch.pk}/", values(*same, one_a="1"))
    assert refused(answer) == {"one_a": ["1 record already has more of these relations"]}
    assert stored() == before
    assert admin.post(f"{PAGE}{branch.pk}/", values(*same, one_b="1")).status_code == 302


def test_the_order_is_kept_and_foreign_ids_do_no_harm(admin, branch, rivals):
    admin.post(f"{PAGE}order/", {"type": [str(rivals.pk), "999999", "x", str(branch.pk)]})
    assert names(admin)[0] == ["Konkurenci", "Centrala — Oddział"]
    assert AuditEntry.objects.get().details["after"] == ["Konkurenci", "Centrala — Oddział"]
    answer = admin.post(
        f"{PAGE}order/",
        {"type": [str(branch.pk), str(rivals.pk)]},
        headers={"hx-request": "true"},
    )
    assert answer.status_code == 204
    assert names(admin)[0] == ["Centrala — Oddział", "Konkurenci"]


# Archiving and deleting ----------------------------------------------------------------------


def test_an_archived_type_stays_on_records_and_is_not_offered(admin, anna, make, tie, branch):
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź")
    tie(branch, acme, lodz)
    admin.post(f"{PAGE}{branch.pk}/archiving/")
    assert names(admin) == ([], ["Centrala — Oddział"])
    assert offered_for(anna, kinds.by_key("company")) == []
    assert Edge.objects.known_to(anna).filter(near=lodz).count() == 1
    admin.post(f"{PAGE}{branch.pk}/restoration/")
    assert len(offered_for(anna, kinds.by_key("company"))) == 2
    deeds = [entry.details["deed"] for entry in AuditEntry.objects.order_by("pk")]
    assert deeds == ["archived", "restored"]


def test_deleting_a_used_type_asks_names_the_number_and_breaks_nothing(
    admin, anna, two_hundred, rivals
):
    url = f"{PAGE}{rivals.pk}/removal/"
    question = admin.get(url).content.decode()
    assert "200 relations" in question
    assert f"{PAGE}{rivals.pk}/archiving/" in question
    assert admin.post(url).status_code == 200
    assert names(admin)[0] == ["Konkurenci"]
    assert admin.post(url, {"confirmed": "1"}).status_code == 302
    assert names(admin) == ([], [])
    assert Relation.objects.count() == 200
    assert Edge.objects.known_to(anna).count() == 0
    for company in two_hundred[:2]:
        assert admin.get(company.get_absolute_url()).status_code == 200
    assert admin.get("/companies/").status_code == 200
    for tail in ("", "archiving/", "restoration/", "removal/"):
        assert admin.post(f"{PAGE}{rivals.pk}/{tail}", values()).status_code == 404
    assert AuditEntry.objects.first().details["count"] == 200
    again = values("company", "Konkurenci", "company", "Konkurenci")
    assert admin.post(NEW, again).status_code == 302


def test_the_page_asks_the_same_number_of_questions_with_many_types(
    admin, relation_type, django_assert_num_queries, branch
):
    admin.get(PAGE)
    with django_assert_num_queries(4):
        admin.get(PAGE)
    for number in range(30):
        relation_type("company", f"Lewy {number}", "deal", f"Prawy {number}", section_a="basic")
    admin.get(PAGE)
    with django_assert_num_queries(4):
        admin.get(PAGE)
