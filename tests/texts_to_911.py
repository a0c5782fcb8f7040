"""What a text to 911 must say, letter for letter: what the server writes, and what the script makes of it."""

CASES = (
    (
        "crisis/cant-talk", {"kind": ["ambulance"]}, "en",
        "Please send an ambulance.\n"
        "I can't talk. Please text back.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", {"kind": ["crisis"]}, "es",
        "I speak Spanish.\n"
        "Mental health crisis. Please send a CIT officer or a crisis team.\n"
        "I can't talk. Please text back.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", {"kind": ["fire"]}, "en",
        "Please send the fire department.\n"
        "I can't talk. Please text back.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", {"kind": ["crisis"], "weapon": ["none"], "understand": ["deaf"]}, "en",
        "Mental health crisis. Please send a CIT officer or a crisis team.\n"
        "I can't talk. Please text back.\n"
        "I have seen no weapon.\n"
        "I am Deaf or hard of hearing. Please write, or show me.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", {"kind": ["ambulance"], "weapon": ["in-reach"], "hurt": ["took"]}, "es",
        "I speak Spanish.\n"
        "Please send an ambulance.\n"
        "I can't talk. Please text back.\n"
        "They are holding a weapon, or reaching for one.\n"
        "Please send an ambulance. Someone took something.\n"
        "Address: ",
    ),
    (
        "crisis/help-for-you", {}, "en",
        "Someone is hurting me, or is about to.\n"
        "Please send help now.\n"
        "I am not safe. Address: ",
    ),
    (
        "crisis/help-for-you", {"weapon": ["none"]}, "es",
        "I speak Spanish.\n"
        "Someone is hurting me, or is about to.\n"
        "Please send help now.\n"
        "I have seen no weapon.\n"
        "I am not safe. Address: ",
    ),
)  # fmt: skip
"""The step, what is known there (of `kind` the text that is meant), the language of the page, and the text."""


def tapped(known):
    """What a reader taps besides the button of a text: all but the kind."""
    return {topic: options for topic, options in known.items() if topic != "kind"}


def faults(body, language):
    """What is wrong with the body of a text to 911, by what a person at a 911 center must be able to read."""
    *sentences, place = body.split("\n")
    found = [f"a blank: {body}"] * any(mark in body for mark in "_()[]{}")
    found += [f"not plain letters: {body}"] * (not body.isascii())
    found += [f"no sentence: {one}" for one in sentences if one[-1:] not in (".", "?", "!") or len(one.split()) < 3]
    found += [f"no place to type the address at the end: {body}"] * (not place.endswith(": "))
    found += [f"it does not say that the sender speaks {language}"] * (
        language is not None and sentences[0] != f"I speak {language}."
    )
    return found
