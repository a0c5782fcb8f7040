"""The screens that the guide is read on."""

TOUCH = {"has_touch": True, "is_mobile": True}

PHONE = {"viewport": {"width": 390, "height": 844}, **TOUCH}
NARROW = {"viewport": {"width": 320, "height": 640}, **TOUCH}
ZOOMED = {"viewport": {"width": 320, "height": 256}}
"""A desktop window of 1280 x 1024 at 400 %."""
TABLET = {"viewport": {"width": 820, "height": 1180}, **TOUCH}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}

SIZES = {"phone": PHONE, "narrow": NARROW, "desktop": DESKTOP}
