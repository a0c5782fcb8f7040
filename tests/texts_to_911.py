"""What a text to 911 must say, letter for letter: what the server writes, and what the script makes of it."""

CASES = (
    (
        "crisis/cant-talk", (), "en",
        "Please send a CIT officer. This is a mental health emergency.\n"
        "I can't talk on the phone. Please text me back.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", (), "es",
        "I speak Spanish.\n"
        "Please send a CIT officer. This is a mental health emergency.\n"
        "I can't talk on the phone. Please text me back.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", ("deaf", "weapon-none"), "en",
        "Please send a CIT officer. This is a mental health emergency.\n"
        "I see no weapon.\n"
        "I can't talk on the phone. Please text me back.\n"
        "I am Deaf or hard of hearing.\n"
        "Address: ",
    ),
    (
        "crisis/cant-talk", ("not-safe-to-talk", "weapon-in-reach", "no-breath"), "es",
        "I speak Spanish.\n"
        "Please send an ambulance. Someone can't be woken, or has trouble breathing.\n"
        "Please send a CIT officer. This is a mental health emergency.\n"
        "There is a weapon.\n"
        "I can't talk on the phone. Please text me back.\n"
        "It is not safe for me to talk. Please do not call me.\n"
        "Address: ",
    ),
    (
        "crisis/help-for-you", (), "en",
        "Please send help now. Someone is hurting me, or is about to.\n"
        "I am at: ",
    ),
    (
        "crisis/help-for-you", ("children", "hurt"), "es",
        "I speak Spanish.\n"
        "Please send help now. Someone is hurting me, or is about to.\n"
        "Please send an ambulance. Someone is hurt.\n"
        "There are children here.\n"
        "I am at: ",
    ),
    (
        "crisis/call-again", (), "es",
        "I speak Spanish.\n"
        "Please send help, and a CIT officer if you can. It is still going on.\n"
        "Is help on the way? Who is it, and when?\n"
        "I called before. I am at: ",
    ),
)  # fmt: skip
"""The step, what is ticked there, the language of the page, and the text."""


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
