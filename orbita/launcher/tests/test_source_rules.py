"""The house rules of `make check`."""

import json

from orbita.launcher.catalogue import complaints, messages_in_code, update
from orbita.launcher.source_rules import (
    identity_problems,
    inline_problems,
    lock_file_problems,
    lookup_problems,
)

HASH = "    --hash=sha256:" + "0" * 64
HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=4; plural=0;\\n"\n\n'
)


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_package_without_hash_or_with_an_address_is_named(tmp_path):
    write(tmp_path, "requirements.txt", f"good==1.0 \\\n{HASH}\nbad==2.0\n")
    write(tmp_path, "requirements-dev.txt", "--index-url https://registry.example\n")
    write(tmp_path, "requirements-node.txt", f"good==1.0 ; python_version < '4' \\\n{HASH}\n")
    packages = {"": {}, "node_modules/x": {"resolved": "https://registry.example/x.tgz"}}
    write(tmp_path, "package-lock.json", json.dumps({"packages": packages}))
    assert lock_file_problems(tmp_path) == [
        "requirements.txt: no hash: bad==2.0",
        "requirements-dev.txt: not a pinned requirement: --index-url https://registry.example",
        "package-lock.json: node_modules/x has no integrity hash",
        "package-lock.json: node_modules/x names the address of a registry",
    ]


def test_a_look_up_without_a_viewer_is_named(tmp_path):
    write(tmp_path, "orbita/deals/views.py", "a\nDeal.objects.get(pk=1)\n")
    write(tmp_path, "orbita/deals/models.py", "Deal.objects.all()\n")
    write(tmp_path, "orbita/api/lists.py", "Deal.objects.readable_by(viewer)\n")
    found = lookup_problems(tmp_path)
    assert [problem.split(": ")[0] for problem in found] == ["orbita/deals/views.py:2"]


def test_inline_script_and_style_are_named(tmp_path):
    text = (
        '<script src="/a.js"></script>\n<div style="color: red">\n<a onclick="x()">\n'
        '<script>x()</script>\n<script type="application/json">{}</script>\n<b data-style="x">\n'
    )
    write(tmp_path, "orbita/ui/templates/ui/page.html", text)
    lines = [problem.split(":")[1] for problem in inline_problems(tmp_path)]
    assert lines == ["2", "3", "4"]


def test_texts_of_code_and_templates_are_found_and_those_without_translation_named(tmp_path):
    code = 'from x import gettext as _\n_("Add")\nngettext("%(n)s file", "%(n)s files", 2)\n'
    write(tmp_path, "orbita/ui/forms.py", code)
    template = (
        "  <b>{% trans 'Save' %}</b>\n{% blocktrans count n=n trimmed %}\n one thing\n"
        "{% plural %}\n {{ n }} things\n{% endblocktrans %}\n"
    )
    write(tmp_path, "orbita/ui/templates/ui/page.html", template)
    write(tmp_path, "orbita/ui/tests/test_x.py", '_("Not this")\n')
    wanted = messages_in_code(tmp_path / "orbita")
    assert {(message.single, message.plural) for message in wanted} == {
        ("Add", ""),
        ("Save", ""),
        ("%(n)s file", "%(n)s files"),
        ("one thing", "%(n)s things"),
    }
    book = HEAD + 'msgid "Add"\nmsgstr "Dodaj"\n\nmsgid "Save"\nmsgstr "Zapisz %(x)s"\n'
    catalogue = write(tmp_path, "django.po", book)
    assert [problem.split(": ")[1] for problem in complaints(catalogue, wanted)] == [
        "missing",
        "a placeholder that the original does not have",
        "missing",
    ]
    assert update(catalogue, wanted) == 3
    assert 'msgstr "Dodaj"' in catalogue.read_text()
    assert 'msgstr[3] ""' in catalogue.read_text()


def test_a_user_whom_a_request_names_by_itself_is_named(tmp_path):
    write(tmp_path, "orbita/deals/views.py", 'User(pk=request.POST["user_id"])\nrequest.user\n')
    write(tmp_path, "orbita/deals/tests/test_x.py", "client.force_login(x)\n")
    write(tmp_path, "orbita/deals/rights.py", 'user.email.endswith("@x.pl")\nimport django.test\n')
    assert [problem.partition(": ")[0] for problem in identity_problems(tmp_path)] == [
        "orbita/deals/rights.py:1",
        "orbita/deals/rights.py:2",
        "orbita/deals/views.py:1",
    ]
    assert identity_problems() == []
