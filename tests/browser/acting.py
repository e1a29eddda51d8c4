"""What a person does over and over on these pages, in few words."""

from playwright.sync_api import Locator, Page, expect

ADD_COMPANY = 'a[href="/companies/new/"]'


def drawer(page: Page) -> Locator:
    """The dialog or drawer over the page, once its content has come."""
    modal = page.locator("#modal.show")
    expect(modal.locator(".modal-header")).to_be_visible()
    return modal


def open_add_company(page: Page) -> Locator:
    """The drawer of a new company, opened from the list."""
    page.locator(f".list-head {ADD_COMPANY}").click()
    return drawer(page)


def pick(page: Page, select: str, typed: str, title: str | None = None) -> None:
    """Choose in a picker or add a tag: type, wait for the option, press Enter."""
    box = page.locator(f"{select} + .ts-wrapper")
    box.locator("input").click()
    box.locator("input").type(typed, delay=15)
    option = box.locator(".ts-dropdown .option, .ts-dropdown .create")
    expect(option.filter(has_text=title or typed).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(box.locator(".item").filter(has_text=title or typed)).to_be_visible()


def row(page: Page, title: str) -> Locator:
    """The row of a list with this title."""
    return page.locator("tr[data-row]").filter(has=page.locator(".row-link", has_text=title))


def titles(page: Page) -> list[str]:
    """The titles of a list, in their order."""
    return page.locator("tr[data-row] .row-link").all_inner_texts()


def value(page: Page, key: str) -> Locator:
    """A value of a profile."""
    return page.locator(f"#value-{key}")


def write(page: Page, form: Locator, text: str) -> Locator:
    """Type into the editor of a form."""
    area = form.locator(".editor-area")
    area.click()
    page.keyboard.type(text)
    return area
