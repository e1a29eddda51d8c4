"""What `make bench` measures exists: addresses answer, figures are judged."""

import pytest
from django.core.management import call_command
from django.utils import translation

from benchmarks.__main__ import parser
from benchmarks.figures import Figure, percentile, table
from benchmarks.imports import copy_seconds, uploaded
from benchmarks.memory import family, pss_mib
from benchmarks.pages import list_pages
from benchmarks.relations import busiest, chain_pages, map_pages, some_ids
from benchmarks.relations import list_pages as lists_with_relations
from benchmarks.relations import profile_pages as profiles_with_relations
from benchmarks.relations import typing_pages as pickers_of_relations
from benchmarks.run import left_pages, left_pages_within, profile_pages, typeahead_pages
from benchmarks.segments import leave_out, segment_pages
from benchmarks.sheets import company_rows, define_fields, save_csv
from orbita.imports.importing import run_here
from orbita.preferences.cached import touch
from orbita.records.kinds import kinds
from orbita.records.models import Record
from orbita.records.segments.examples import take_over
from orbita.relations.examples import begin
from orbita.relations.facings import facings_for


@pytest.mark.django_db
def test_one_address_of_each_group_answers(client, kasia, features):
    call_command("load", companies=40, persons=20, owners=4, vacuum=False, verbosity=0)
    pages = [*list_pages(kinds.get("companies"), kasia), *typeahead_pages(), *left_pages()]
    pages += [*profile_pages(kasia), *left_pages_within(kinds.get("companies"), kasia)]
    take_over(kinds.get("companies"), by=kasia)
    pages += segment_pages(kinds.get("companies"))
    groups = {page.group: page for page in pages}
    assert {"list, any filter", "list, any sort, middle page", "list, search"} <= groups.keys()
    browser = client.as_(kasia)
    for page in groups.values():
        assert browser.get(page.path).status_code == 200, page.path
    leave_out()
    assert not Record.objects.exclude(segment_points=None).exists()


@pytest.mark.django_db
def test_one_address_of_each_group_of_relations_answers(client, anna, features):
    begin()
    numbers = {"companies": 60, "persons": 40, "deals": 5, "relations": 200, "hub": 30}
    call_command("load", owners=4, vacuum=False, verbosity=0, **numbers)
    hub, ids = busiest(anna), some_ids(anna)
    pages = [*profiles_with_relations(hub, ids), *pickers_of_relations(anna), *map_pages(hub, ids)]
    pages += [*lists_with_relations(hub, anna), *chain_pages(ids)]
    groups = {page.group: page for page in pages}
    assert len(groups) == 9
    operators = {page.name.partition("=")[0].partition(".")[2] for page in pages}
    assert {"is", "filled", "empty", "atleast"} <= operators
    browser = client.as_(anna)
    for page in groups.values():
        assert browser.get(page.path).status_code == 200, page.path


def test_a_figure_says_whether_it_keeps_its_budget():
    slow = Figure("70,000", "list", "Kasia", 55.0, p50=50.0, queries=11, budget=40, query_budget=12)
    chatty = Figure("70,000", "list", "Kasia", 30.0, queries=13, budget=40, query_budget=12)
    quick = Figure("70,000", "pages", "Kasia", 120.0, "pages/s", budget=100, less_is_better=False)
    assert [figure.is_ok for figure in (slow, chatty, quick)] == [False, False, True]
    assert "OVER" in table([slow])
    assert percentile(range(1, 101), 95) == 96


def test_a_slower_machine_is_judged_in_proportion_and_says_so():
    figure = Figure("70,000", "list", "Kasia", 55.0, budget=40, slowness=1.5)
    assert figure.is_ok
    assert "machine ×1.5" in table([figure])
    assert not Figure("70,000", "list", "Kasia", 65.0, budget=40, slowness=1.5).is_ok
    few = Figure("70,000", "pages", "Kasia", 60.0, "pages/s", budget=100, less_is_better=False)
    assert not few.is_ok
    few.slowness = 2.0
    assert few.is_ok


def test_memory_is_read_from_the_kernel():
    import os

    assert os.getpid() in family(os.getpid())
    assert pss_mib([os.getpid()]) > 1


def test_the_command_line_has_a_quick_run():
    options = parser().parse_args(["--quick", "--no-big"])
    assert options.quick
    assert not options.big


@pytest.mark.django_db
def test_the_file_of_imports_fills_twenty_columns_and_is_copied_for_comparison(
    anna, features, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    begin()
    define_fields()
    touch("custom_fields")
    path = tmp_path / "firmy.csv"
    ends = [f for f in facings_for(anna, kinds.get("companies")) if f.far_kind == "company"][:2]
    save_csv(path, company_rows(6, [str(end.label) for end in ends], [anna.email]))
    with translation.override("pl"):
        imp = uploaded(path, anna, ends)
    run_here(imp, dry_run=False)
    assert len(imp.mapping) == 20
    assert imp.counts["created"] == 6
    assert imp.counts["links_added"] > 6
    before = Record.objects.count()
    assert copy_seconds(imp) > 0
    assert Record.objects.count() == before == 6
