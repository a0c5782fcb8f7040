"""A call step on the screen: the button, what to say first, what they ask and what they answered stand where a reader on
the phone finds them, nothing untrue stands ready-made, and the place on the page is kept through the call."""

from itertools import combinations, product

import pytest
from devices import PHONE, TOUCH
from guide import CONTENT, START, STEPS, address, before, label, sentences, step_of, words
from matrix import some
from playwright.sync_api import expect
from test_fits import ENLARGE, TOO_WIDE
from test_senses import CLIPPED
from waiting_room import SCREEN, begin, do, open_screen, take
from walking import (
    TO_CALL,
    activate,
    assert_at,
    choose,
    go_back,
    option,
    pick,
    shown,
    unfold_all,
    visit,
    wait_until_read,
    walk,
    words_chosen,
    words_to_say,
)

from helper.answers import switch

CALL, OFFICERS = "crisis/call-911", "crisis/officers"
OVER = 800
"""Milliseconds after which a number that was tapped makes the line under it lead to the answers."""


def with_phone(*doing):
    return [step for step in STEPS if step_of(step).phone in doing]


CALLS = with_phone("dial", "talk", "down")
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])
SIZES = {"390x844": (390, 844), "360x640": (360, 640)}
SMALLEST = (320, 568)


def screen(width, height):
    return {"viewport": {"width": width, "height": height}, **TOUCH}


# --- Where things stand ------------------------------------------------------------------------------------------------

ENDS = """() => {
  const end = (one) => one && Math.ceil(one.getBoundingClientRect().bottom + scrollY);
  const all = (selector) => [...document.querySelectorAll(`#step ${selector}`)].filter((one) => one.checkVisibility()).map(end);
  return {
    bar: Math.floor(document.querySelector(".bar").getBoundingClientRect().top),
    button: all(".way")[0],
    text: all(".text")[0],
    lines: all(".first .lines > li"),
    answer: all(".choices .choice")[0],
  };
}"""
"""Where the parts of a step end, in pixels from the top of the page, and where the bar begins."""
WHATEVER = """(all) => Math.max(...all.map((taps) => {
  guideStep.showFacts({ answers: [], taps });
  const lines = [...document.querySelectorAll("#step .first .lines > li")].filter((one) => one.checkVisibility());
  return Math.ceil(lines.at(-1).getBoundingClientRect().bottom + scrollY);
}))"""
"""Where the last line to say ends with the longest of its words."""


def open_directly(page, language, step):
    page.goto(f"/{language}/{step}/")


def open_by_a_walk(page, language, step):
    """From a step before it, by its choice, so that what it sets is known."""
    page.goto(f"/{language}/{before(step)}/")
    found = page.locator(f'#step a.choice[href="/{language}/{step}/"]').first
    found.evaluate("link => link.click()")
    expect(page.locator("#step .step")).to_have_attribute("data-id", step)
    page.evaluate("scrollTo(0, 0)")


WAYS = pytest.mark.parametrize("way", [open_directly, open_by_a_walk], ids=lambda way: way.__name__)


def known(step):
    """All that can be known of what its first lines ask for: sets of options."""
    found = [variant.when for line in step_of(step).first for variant in line.instead]
    topics = dict.fromkeys(topic for when in found for topic in when if topic in CONTENT.topics)
    ways = [[{}, *({topic: [one.id]} for one in CONTENT.topics[topic].options)] for topic in topics]
    return [{topic: ids for one in chosen for topic, ids in one.items()} for chosen in product(*ways)]


TO_911 = [step for step in with_phone("dial") if step_of(step).contacts[:1] == ("911",)]
FLAGSHIP = {
    ("crisis/call-911", "390x844"): 4,
    ("crisis/call-911", "360x640"): 4,
    ("crisis/medical", "390x844"): 4,
    ("crisis/medical", "360x640"): 3,
}


def above(language, step, size):
    """How many of the lines to say stand above the bar at least. In another language each has its English below it, and
    "Spanish, please." stands first."""
    if language == "en":
        return 3
    return FLAGSHIP.get((step, size), 2)


@WAYS
@LANGUAGES
@pytest.mark.parametrize("size", SIZES)
def test_the_button_and_what_to_say_first_stand_above_the_bar(kept_page, size, language, way):
    """Whatever is known, and the first answer within two screens in English, for the flagship in both languages."""
    page, faults = kept_page(screen(*SIZES[size])), []
    for step in TO_911:
        if way is open_by_a_walk and not before(step):
            continue
        way(page, language, step)
        ends = page.evaluate(ENDS)
        line = ends["lines"][: above(language, step, size)][-1] if ends["lines"] else 0
        if ends["lines"] and language == "en":
            line = page.evaluate(WHATEVER, known(step))
        faults += [f"{step}: a line ends at {line}, the bar begins at {ends['bar']}"] * (line > ends["bar"])
        faults += [f"{step}: the button ends at {ends['button']}"] * (ends["button"] > ends["bar"])
        faults += [f"{step}: {fault}" for fault in page.evaluate(TOO_WIDE)]
        if ends["answer"] and language == "en":
            last = 2 * ends["bar"]
            faults += [f"{step}: the first answer ends at {ends['answer']} of {last}"] * (ends["answer"] > last)
    assert not faults, "\n".join(faults)


@LANGUAGES
def test_on_the_smallest_phone_the_button_and_the_place_stand_above_the_bar(kept_page, language):
    page, faults = kept_page(screen(*SMALLEST)), []
    for step in TO_911:
        open_directly(page, language, step)
        ends = page.evaluate(ENDS)
        for name, end in (("button", ends["button"]), ("first line", next(iter(ends["lines"]), None))):
            if end and end > ends["bar"]:
                faults.append(f"{step}: the {name} ends at {end}, the bar begins at {ends['bar']}")
    assert not faults, "\n".join(faults)


@LANGUAGES
@pytest.mark.parametrize("step", some(CALLS, 3))
def test_letters_twice_as_large_cut_nothing_off(kept_page, step, language):
    page = kept_page(PHONE)
    open_directly(page, language, step)
    page.evaluate(ENLARGE, 2)
    for unfold in (lambda page: None, unfold_all):
        unfold(page)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(CLIPPED.replace("body *", "#step *")) == []


@LANGUAGES
def test_what_to_do_when_officers_come_stands_on_top(kept_page, language):
    page, faults = kept_page(PHONE), []
    for step in with_phone("down"):
        open_directly(page, language, step)
        end = page.evaluate(ENDS)["text"]
        faults += [f"{step}: the instruction ends at {end} of 400"] * (end > 400)
    assert not faults, "\n".join(faults)


@LANGUAGES
def test_on_the_call_the_first_line_is_at_hand(kept_page, language):
    page, faults = kept_page(PHONE), []
    for step in with_phone("talk"):
        open_directly(page, language, step)
        ends = page.evaluate(ENDS)
        limit = 400 if step == "crisis/no-cit" and language == "en" else 440
        faults += [f"{step}: the first line ends at {ends['lines'][0]} of {limit}"] * (ends["lines"][0] > limit)
        faults += [f"{step}: the last line ends at {ends['lines'][-1]}"] * (ends["lines"][-1] > ends["bar"])
    assert not faults, "\n".join(faults)


IN_ORDER = """() => {
  const parts = [["call", ".way"], ["text", ".text"], ["first", ".first"], ["answers", ".choices"]];
  const found = parts.map(([name, selector]) => [name, document.querySelector(`#step ${selector}`)]).filter(([, one]) => one);
  found.sort(([, one], [, other]) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  return found.map(([name]) => name);
}"""


def test_what_to_do_stands_above_the_call_and_no_red_button_above_the_words_while_the_phone_is_in_use(kept_page):
    """Get out, step away or hide first: a reader who obeys the largest thing would call from within the fire."""
    page = kept_page(PHONE)
    for step in CALLS:
        open_directly(page, "en", step)
        order = page.evaluate(IN_ORDER)
        if step_of(step).text:
            assert order.pop(0) == "text", step
        if step_of(step).phone == "dial":
            assert not step_of(step).contacts or order[0] == "call", step
        elif "call" in order:
            assert order[-1] == "call", (step, order)


@LANGUAGES
@pytest.mark.parametrize("size", [(390, 844), (360, 640), (320, 568)], ids=str)
def test_both_ways_to_say_yes_to_the_first_question_stand_above_the_bar(kept_page, size, language):
    page = kept_page(screen(*size))
    open_directly(page, language, START)
    ends = page.locator("#step .choice").evaluate_all("all => all.map((one) => one.getBoundingClientRect().bottom)")
    assert ends[1] <= page.evaluate(ENDS)["bar"]


# --- What stands to be said ----------------------------------------------------------------------------------------------

OPEN_TOPICS = "for (const one of document.querySelectorAll('.topic')) one.open = true"
STANDING = """(all) => {
  OPEN_TOPICS;
  const labels = (name) => {
    const [topic, id] = name.split("/");
    return document.querySelector(`.asked [data-topic="${topic}"] [data-option="${id}"] > summary, .switch [name="${topic}"][value="${id}"], a.said[data-topic="${topic}"][data-option="${id}"]`);
  };
  const visible = (selector) => [...document.querySelectorAll(`#step ${selector}`)]
    .filter((one) => one.checkVisibility() && !one.matches(".original")).map((one) => one.textContent);
  return all.map((names) => {
    let walk = { answers: [], taps: {} };
    for (const name of names) walk = { ...walk, taps: guideStep.tapped(walk, labels(name)) };
    guideStep.showFacts(walk);
    const slots = [...document.querySelectorAll("#step .slot")].map((one) => [...one.children].filter((each) => !each.hidden).length);
    const chosen = [...document.querySelectorAll("#step .asked .options.one")].map((one) => (
      [...one.querySelectorAll(".slot q:not(.original)")].filter((each) => each.checkVisibility()).length));
    return [slots.filter((n) => n !== 1).length, Math.max(0, ...chosen), visible(".lines q"), visible("[data-option] q")];
  });
}""".replace("OPEN_TOPICS", OPEN_TOPICS)
"""After each of these taps: how many slots have not exactly one sentence, the most sentences of a topic of one, what stands
to be said first, and the sentences that were chosen."""


def choosable(step):
    """The options of a step that a reader can tap: of its topics, and of its switch."""
    topics = [*step_of(step).asked, *switches(step)]
    return [f"{topic}/{one.id}" for topic in dict.fromkeys(topics) for one in CONTENT.topics[topic].options]


def switches(step):
    """The topic that chooses between the first lines of a step."""
    chooses = switch(step_of(step), CONTENT.topics)
    return [chooses] if chooses else []


def what_is_known(*names):
    """The options that are known after taps: of a topic of one the last."""
    last = {name.split("/")[0]: name for name in names}
    return [one for one in names if CONTENT.topics[one.split("/")[0]].choose == "any" or one in last.values()]


def pairs(step):
    options = choosable(step)
    return [(), *((one,) for one in options), *combinations(options, 2)]


@pytest.mark.parametrize("step", some(CALLS, 4))
def test_no_two_taps_make_a_reader_say_what_contradicts_itself(kept_page, step):
    """Every pair of options of every topic: of each line exactly one sentence stands, of a topic of one at most one, and
    it is what `helper check` says."""
    page = kept_page(PHONE)
    open_directly(page, "en", step)
    for names, (doubtful, most, lines, chosen) in zip(pairs(step), page.evaluate(STANDING, pairs(step)), strict=True):
        picked = what_is_known(*names)
        assert (doubtful, most) <= (0, 1), names
        assert lines == words(step, *picked), names
        assert chosen == sentences(step, *picked), names


@LANGUAGES
@pytest.mark.parametrize("part", some(range(4)))
def test_nothing_stands_ready_made_where_nothing_was_chosen(kept_page, part, language):
    page = kept_page(PHONE)
    for step in CALLS[part::4]:
        open_directly(page, language, step)
        page.evaluate(OPEN_TOPICS)
        assert page.locator("[data-option] q:visible").count() == 0, step
        assert page.locator("[data-option][open]").count() == 0, step


def lines_of(topic_id):
    """Every sentence of a topic, with its variants."""
    topic = CONTENT.topics[topic_id]
    parts = [*(one for one in topic.options if one.line), *topic.lines]
    return [said for one in parts for said in (one.line, *(variant.line for variant in one.instead))]


MISSING = """(wanted) => {
  const found = new Set([...document.querySelectorAll("q")].filter((one) => one.checkVisibility()).map((one) => one.textContent));
  return wanted.filter((one) => !found.has(one));
}"""
"""Which of these sentences can't be seen."""


@pytest.mark.parametrize("media", ["screen", "print"])
def test_without_a_script_every_sentence_of_every_topic_is_there(kept_page, media):
    page = kept_page(PHONE, java_script_enabled=False)
    page.emulate_media(media=media)
    for step in CALLS:
        open_directly(page, "en", step)
        if media == "screen":
            unfold_all(page)
        first = [said for one in step_of(step).first for said in (one.line, *(each.line for each in one.instead))]
        wanted = first + [line for topic in step_of(step).asked for line in lines_of(topic)]
        assert page.evaluate(MISSING, wanted) == [], step
    page.emulate_media(media="screen")


@pytest.mark.proof
def test_on_paper_every_option_stands_with_its_sentence_whatever_was_chosen(page):
    for step in CALLS:
        visit(page, step)
        pick(page, *choosable(step)[:1])
        picked = shown(page)["picked"]
        page.emulate_media(media="print")
        wanted = [
            said
            for topic in step_of(step).asked
            for one in CONTENT.topics[topic].options
            if one.line
            for said in sentences(step, *{*picked, f"{topic}/{one.id}"}, topics=[topic])
        ]
        assert page.evaluate(MISSING, wanted) == [], step
        page.emulate_media(media="screen")


def test_a_kiosk_has_every_sentence_of_every_topic(open_page, server):
    page = open_page(SCREEN, java_script_enabled=False)
    for step in CALLS:
        page.goto(f"/kiosk{address(step)}")
        unfold_all(page)
        wanted = [line for topic in step_of(step).asked for line in lines_of(topic)]
        assert page.evaluate(MISSING, wanted) == [], step


@pytest.mark.parametrize("tree", CONTENT.trees)
def test_the_whole_guide_on_one_page_has_every_sentence_of_every_topic_once(kept_page, tree):
    page = kept_page(PHONE)
    page.goto(f"/en/{tree}/all/")
    asked = dict.fromkeys(topic for step in CONTENT.trees[tree].steps.values() for topic in step.asked)
    wanted = [line for topic in asked for line in lines_of(topic)]
    assert page.evaluate(MISSING, wanted) == []
    found = page.locator(".when-asked q:not(.original)").all_text_contents()
    assert sorted(found) == sorted(wanted)


# --- Taps ----------------------------------------------------------------------------------------------------------------


def test_options_are_chosen_and_taken_back_with_the_keyboard(page):
    visit(page, CALL)
    wait_until_read(page)
    page.locator("[data-topic=weapon] > summary").focus()
    page.keyboard.press("Enter")
    wait_until_read(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.dataset.option") == "in-reach"
    page.keyboard.press("Enter")
    assert words_chosen(page) == sentences(CALL, "weapon/in-reach")
    assert page.evaluate("document.activeElement.parentElement.dataset.option") == "in-reach"
    wait_until_read(page)
    page.keyboard.press("Enter")
    assert words_chosen(page) == []
    assert shown(page)["state"]["walk"]["taps"] == {"weapon": []}


def test_a_finger_chooses_and_takes_back(page):
    visit(page, CALL)
    wait_until_read(page)
    page.locator("[data-topic=hurt] > summary").tap()
    for wanted in (sentences(CALL, "hurt/took"), []):
        wait_until_read(page)
        option(page, "hurt/took").tap()
        page.wait_for_timeout(50)
        assert words_chosen(page) == wanted


def test_the_switch_changes_the_lines_and_is_kept(page):
    visit(page, CALL)
    wait_until_read(page)
    page.locator(".switch input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert words_to_say(page) == words(CALL, "who/me")
    page.reload()
    assert_at(page, CALL)
    assert words_to_say(page) == words(CALL, "who/me")
    assert page.locator(".switch :checked").get_attribute("value") == "me"
    choose(page, label(CALL, "crisis/call-again"), "crisis/call-again")
    go_back(page, CALL)
    assert page.locator(".switch :checked").get_attribute("value") == "me"
    activate(page.locator(".end .start-over"))
    expect(page.locator("#step .step")).to_have_attribute("data-id", "crisis/danger")
    visit(page, CALL)
    assert page.locator(".switch :checked").count() == 0
    assert words_to_say(page) == words(CALL)


def test_what_is_known_already_is_open_and_named(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/none", "hurt/took")
    choose(page, label(CALL, "crisis/call-again"), "crisis/call-again")
    topics = page.locator(".topic[open]").evaluate_all("all => all.map((one) => one.dataset.topic)")
    assert topics == [topic for topic in step_of("crisis/call-again").asked if topic in ("weapon", "hurt")]
    page.locator("[data-topic=weapon]").evaluate("topic => { topic.open = false }")
    expect(page.locator("[data-topic=weapon] > summary .picked")).to_have_text("None that I have seen")
    expect(page.locator("[data-topic=weapon] > summary .picked")).to_be_visible()


def test_a_private_step_of_a_kiosk_keeps_what_was_chosen_folded(open_page):
    page = open_page(SCREEN)
    open_screen(page)
    begin(page)
    take(page, CALL)
    pick(page, "weapon/in-reach")
    found = page.locator('#step a.choice[href$="/crisis/help-for-you/"]').first
    found.evaluate("link => link.click()")
    expect(page.locator("#step .step")).to_have_attribute("data-step", "crisis/help-for-you")
    assert page.locator("[data-topic=weapon] [data-option=in-reach][open]").count() == 1
    assert page.locator(".topic[open]").count() == 0
    assert page.locator(".picked:visible").all_text_contents() in ([], [""] * len(step_of("crisis/help-for-you").asked))
    do(page, "back")
    expect(page.locator(".topic[data-topic=weapon]")).to_have_attribute("open", "")


# --- The call itself -------------------------------------------------------------------------------------------------------


NO_CALL = "addEventListener('click', (event) => { if (event.target.closest('a[href^=tel]')) event.preventDefault(); })"
"""Chromium asks which program shall call, and takes no tap meanwhile."""
ENDED = [step for step in with_phone("dial") if step_of(step).ask and step_of(step).contacts]


@pytest.mark.parametrize("step", some(ENDED))
def test_after_the_call_one_tap_leads_to_the_answers(page, step):
    page.add_init_script(NO_CALL)
    visit(page, step)
    over = page.locator(".dial .over")
    if step_of(step).contacts[0] == "911-text":
        assert over.count() == 0
        return
    assert not over.is_visible()
    length = page.evaluate("history.length")
    top = page.locator(".dial").bounding_box()["y"]
    page.locator('#step a.way[href^="tel:"]').first.dispatch_event("click")
    page.wait_for_timeout(OVER + 100)
    assert over.is_visible() and not page.locator(".dial .before").is_visible()
    assert step_of(step).ask in over.inner_text()
    assert abs(page.locator(".dial").bounding_box()["y"] - top) <= 4
    page.wait_for_timeout(500)
    over.click()
    page.wait_for_timeout(100)
    answer = page.locator(".choices .choice").first
    box = answer.bounding_box()
    assert box["y"] > 0 and box["y"] + box["height"] <= page.locator(".bar").bounding_box()["y"]
    assert (page.evaluate("location.hash"), page.evaluate("history.length")) == ("", length)
    y = page.evaluate("scrollY")
    page.reload()
    assert_at(page, step)
    page.wait_for_timeout(400)
    assert abs(page.evaluate("scrollY") - y) <= 3
    assert over.count() == 1 and shown(page)["state"]["walk"]["called"]


WAKE = """() => {
  window.wakes = { asked: 0, held: 0 };
  const request = async () => {
    if (window.refuses) throw new Error("refused");
    wakes.asked += 1;
    if (window.slowly) await window.slowly;
    wakes.held += 1;
    return { release: async () => { wakes.held -= 1; } };
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
}"""


def open_card(page):
    activate(page.get_by_role("button", name="Show these words large"))
    return page.locator("dialog.card")


@LANGUAGES
@pytest.mark.parametrize("size", [(390, 844), (360, 640), (844, 390)], ids=str)
def test_the_words_that_are_shown_large_fill_the_screen_and_are_seen_at_once(kept_page, size, language):
    page = kept_page(screen(*size))
    for step in (step for step in CALLS if step_of(step).show):
        open_directly(page, language, step)
        wait_until_read(page)
        activate(page.locator("button.large"))
        card = page.locator("dialog.card")
        assert card.evaluate("one => [one.getBoundingClientRect().top, one.scrollHeight <= one.clientHeight]") == [
            0,
            True,
        ], step
        assert card.locator("button").evaluate("one => one.scrollWidth <= one.clientWidth && one.clientHeight < 60"), (
            step
        )
        assert card.locator("ol").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 20, step


def test_where_officers_stand_beside_one_who_hurts_the_reader_nothing_is_shown_large(kept_page):
    page = kept_page(PHONE)
    open_directly(page, "en", "police-here/with-an-officer")
    assert page.locator("button.large").count() == 0


def test_the_words_to_text_are_those_of_the_text_that_was_tapped(page):
    """The button says which help is meant; nobody is asked the same again."""
    visit(page, "crisis/cant-talk")
    assert page.locator(".switch").count() == 0
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")  # no program for texts opens
    wait_until_read(page)
    for kind, line in (("fire", "fire department"), ("ambulance", "ambulance"), ("unsafe", "hurting me")):
        option(page, f"kind/{kind}").tap()
        assert line in words_to_say(page)[1]


def test_the_screen_stays_on_while_the_words_are_shown_large(page):
    page.add_init_script(f"({WAKE})()")
    visit(page, OFFICERS)
    card = open_card(page)
    expect(card.locator(".awake")).to_have_text("This screen stays on.")
    assert page.evaluate("wakes") == {"asked": 1, "held": 1}
    page.evaluate("wakes.held = 0; document.dispatchEvent(new Event('visibilitychange'))")  # the browser let it go
    page.wait_for_timeout(50)
    assert page.evaluate("wakes") == {"asked": 2, "held": 1}
    page.keyboard.press("Escape")
    page.wait_for_timeout(50)
    assert page.evaluate("wakes") == {"asked": 2, "held": 0}
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(50)
    assert page.evaluate("wakes.asked") == 2


@pytest.mark.parametrize("language", some(["en", "es"]))
def test_no_card_asks_officers_to_fill_in_a_blank(kept_page, language):
    """What was chosen is said again there; what the reader would fill in aloud is left out."""
    page = kept_page(PHONE)
    for step in (step for step in with_phone("down") if step_of(step).show):
        for topic in {*step_of(step).picked} & {*step_of(step).asked}:
            for chosen in CONTENT.topics[topic].options:
                open_directly(page, language, step)
                pick(page, f"{topic}/{chosen.id}")
                activate(page.locator("button.large"))
                for line in page.locator("dialog.card q").all_inner_texts():
                    assert not line.rstrip("”.").endswith(")"), (step, topic, chosen.id)


def test_a_card_that_is_closed_at_once_lets_the_screen_go_dark(page):
    page.add_init_script(f"({WAKE})()")
    visit(page, OFFICERS)
    page.evaluate("() => { window.slowly = new Promise((done) => { window.go = done; }); }")
    open_card(page)
    page.keyboard.press("Escape")
    page.evaluate("go()")
    page.wait_for_timeout(100)
    assert page.evaluate("wakes") == {"asked": 1, "held": 0}


@pytest.mark.parametrize("why", some(["refused", "unknown"], 2))
def test_the_card_says_where_the_screen_may_go_dark(page, why):
    page.add_init_script(
        f"({WAKE})(); window.refuses = true"
        if why == "refused"
        else "Object.defineProperty(navigator, 'wakeLock', { value: undefined })"
    )
    visit(page, OFFICERS)
    expect(open_card(page).locator(".awake")).to_have_text("This screen may go dark. Paper works better.")
