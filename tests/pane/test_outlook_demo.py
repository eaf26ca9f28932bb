"""What makes the pretend Outlook a demonstration: mail that arrives, answers, categories, people side by side."""

from playwright.sync_api import expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, address_of


def test_mail_is_delivered_to_any_mailbox_and_announced(outlook: Outlook) -> None:
    outlook.open("ana", pane="closed")
    subject = outlook.deliver("A complaint")
    outlook.page.locator("#toasts").get_by_role("button", name=f"New mail: {subject}").click()
    expect(outlook.message_row(subject)).to_have_attribute("aria-selected", "true")
    expect(outlook.page.locator(".envelope")).to_contain_text("quality@tailspin.example")
    elsewhere = outlook.deliver(mailbox="support", subject="Grüße an Support", sender="legal@adatum.example")
    outlook.open_mailbox("support")
    expect(outlook.message_row(elsewhere)).to_contain_text("Adatum Legal")


def test_an_answer_from_outside_belongs_to_the_conversation(outlook: Outlook, probe_place: Place) -> None:
    ids = probe_place.deliver("ana", "A first word")
    outlook.open("ana")
    outlook.open_message("A first word")
    outlook.deliver("answer", subject="And a second")
    expect(outlook.message_row("And a second")).to_be_visible()
    outlook.select_messages("A first word", "And a second")
    ids_of = "called(Office.context.mailbox, 'getSelectedItemsAsync')"
    told = outlook.pane.evaluate(f"{ids_of}.then(({{ value }}) => value)")
    assert ids["internetMessageId"] in {each["internetMessageId"] for each in told}
    assert len({each["conversationId"] for each in told}) == 1


def test_a_reply_goes_to_the_sender_and_stays_in_the_conversation(outlook: Outlook, probe_place: Place) -> None:
    probe_place.deliver("ana", "Please answer")
    outlook.open("ana")
    outlook.open_message("Please answer")
    with outlook.reloading():
        outlook.answer()
    pane = outlook.pane
    assert (
        pane.evaluate("called(Office.context.mailbox.item, 'getComposeTypeAsync')")["value"]["composeType"] == "reply"
    )
    assert outlook.page.input_value("[name=to]") == "purchasing@northwind.example"
    outlook.send()
    outlook.open_folder("sentitems")
    outlook.open_message("Re: Please answer")
    expect(outlook.page.frame_locator(".body").locator("body")).to_contain_text("please see the subject")


def test_an_add_in_reads_and_writes_what_is_being_written(outlook: Outlook) -> None:
    outlook.open("ana")
    with outlook.reloading():
        outlook.new_message(to=address_of("cleo"), subject="Before")
    pane = outlook.pane
    item = "Office.context.mailbox.item"
    pane.evaluate(f"called({item}.subject, 'setAsync', 'After')")
    assert outlook.page.input_value("[name=subject]") == "After"
    pane.evaluate(f"called({item}.sessionData, 'setAsync', 'records', '4711')")
    assert pane.evaluate(f"called({item}.sessionData, 'getAsync', 'records')")["value"] == "4711"
    assert pane.evaluate(f"called({item}.sessionData, 'getAsync', 'nothing')")["code"] == 9050


def test_categories_and_unread_marks_are_set_by_menu(outlook: Outlook, probe_place: Place) -> None:
    probe_place.deliver("ana", "To be coloured")
    outlook.open("ana", pane="closed")
    outlook.open_message("To be coloured")
    outlook.categorise("Red category")
    expect(outlook.page.locator("#reading .subject .chip")).to_have_text("Red category")
    outlook.page.locator("#ribbon").get_by_role("button", name="Mark as unread").click()
    expect(outlook.page.locator("#messages .row.unread").filter(has_text="To be coloured")).to_have_count(1)


def test_a_colleague_sits_in_another_tab(outlook: Outlook) -> None:
    page = outlook.open("ana", pane="closed").page
    page.get_by_role("button", name="Account of Ana").click()
    with page.expect_popup() as opened:
        page.get_by_role("menuitemradio", name="Open as Ben").click()
    opened.value.wait_for_selector("body[data-state=ready]")
    shown = opened.value.locator("[data-mailbox]").evaluate_all("all => all.map((one) => one.dataset.mailbox)")
    assert shown == [address_of(mailbox) for mailbox in ("ben", "support", "cleo")]


def test_the_pane_is_as_wide_as_its_edge_is_drawn(outlook: Outlook) -> None:
    outlook.open("ana", paneWidth="500")
    assert outlook.pane.evaluate("innerWidth") == 500
    outlook.set_pane_width(300)
    assert outlook.pane.evaluate("innerWidth") == 300
