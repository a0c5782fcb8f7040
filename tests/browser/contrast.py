"""The contrast of every text that a page shows, computed from its styles, and measured on a picture of it."""

import base64

COLORS = """
  const failed = [];
  const known = new Map();
  const channels = (color) => {
    const found = color.match(/^rgba?\\((\\d+), (\\d+), (\\d+)(?:, ([\\d.]+))?\\)$/);
    if (!found) throw new Error(`not a color that is understood: ${color}`);
    return [...found.slice(1, 4).map(Number), Number(found[4] ?? 1)];
  };
  const over = ([...top], below) => top.slice(0, 3).map((value, n) => value * top[3] + below[n] * (1 - top[3]));
  // What is painted behind the content of an element. What can't be computed is said to be so.
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    if (known.has(element)) return known.get(element);
    const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
    const odd = { backgroundImage: [backgroundImage, "none"], opacity: [opacity, "1"], filter: [filter, "none"],
      mixBlendMode: [mixBlendMode, "normal"] };
    for (const [name, [value, plain]] of Object.entries(odd)) {
      if (value !== plain) failed.push(`can't be computed: ${name} ${value} of ${element.outerHTML.slice(0, 80)}`);
    }
    known.set(element, over(channels(backgroundColor), ground(element.parentElement)));
    return known.get(element);
  };
  const linear = (color) => color.map((value) => value / 255).map((value) => (
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const light = (color) => linear(color).reduce((sum, value, n) => sum + [0.2126, 0.7152, 0.0722][n] * value, 0);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
    && !element.closest(".visually-hidden, .skip:not(:focus), title, desc, option");
"""
"""What scripts below know of colors."""

MEASURE = (
    "(root) => {"
    + COLORS
    + """
  const told = (text, element, style, color, below) => {
    const values = [over(channels(color), below), below].map(light).sort((a, b) => a - b);
    const ratio = (values[1] + 0.05) / (values[0] + 0.05);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 4.5 : 7;
    if (ratio >= wanted) return;
    const where = `${element.tagName}.${element.getAttribute("class")} of ${element.parentElement?.className}`;
    failed.push(`${ratio.toFixed(2)}:1 of ${wanted}:1: "${text.trim().slice(0, 40)}" in ${where}`);
  };
  // In a picture a text stands on the last shape that was drawn there before it.
  const shapeBelow = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return [...text.ownerSVGElement.querySelectorAll("path, rect")].findLast((shape) => {
      const box = shape.getBoundingClientRect();
      return shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && getComputedStyle(shape).fill !== "none"
        && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    });
  };
  for (const element of root.querySelectorAll("*")) {
    if (!shown(element)) continue;
    const style = getComputedStyle(element);
    const below = () => ground(element);
    const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ");
    if (words.trim() && element.matches("svg text")) {
      const shape = shapeBelow(element);
      told(words, element, style, style.fill, shape ? over(channels(getComputedStyle(shape).fill), below()) : below());
    } else if (words.trim() || element.matches("textarea, input:not([type])")) {
      told(words || "what is typed", element, style, style.color, below());
    }
    for (const part of ["::before", "::after"]) {
      const own = getComputedStyle(element, part);
      if (!/"[^"]/.test(own.content)) continue;
      told(own.content, element, own, own.color, over(channels(own.backgroundColor), below()));
    }
    if (style.display === "list-item" && style.listStyleType !== "none") {
      told("a marker", element, style, getComputedStyle(element, "::marker").color, below());
    }
    if (element.placeholder?.trim()) {
      told(element.placeholder, element, style, getComputedStyle(element, "::placeholder").color, below());
    }
  }
  return failed;
}"""
)
"""What is wrong with the texts inside an element: less than 7:1, or 4.5:1 where letters are large, as WCAG 2.2, 1.4.6
has it; or that it can't be computed."""

WEAKER = (
    "() => {"
    + COLORS
    + """
  const lab = (color) => {
    const cube = (value) => (value > 216 / 24389 ? Math.cbrt(value) : (841 / 108) * value + 4 / 29);
    const [r, g, b] = linear(color);
    const x = cube((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const y = cube(light(color));
    const z = cube((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const strength = (element) => {
    const [fill, around] = [element, element.parentElement].map((one) => lab(ground(one)));
    return Math.hypot(...fill.map((value, n) => value - around[n]));
  };
  const emergency = ".bar-911, .figures p:first-child, .way[href^='tel:911'], .way[href^='sms:911'], .way.danger";
  const first = strength(document.querySelector(".bar-911, .figures p:first-child"));
  for (const one of document.body.querySelectorAll("a, button, summary, .way, .figures p, .urgency")) {
    if (!shown(one) || one.matches(`${emergency}, .emergency .urgency`)) continue;
    const other = strength(one);
    if (first < 40 || first <= other) failed.push(`911 ${first.toFixed()}, "${one.textContent.trim().slice(0, 40)}" ${other.toFixed()}`);
  }
  return failed;
}"""
)
"""What stands out as much as 911, which is always there, or more: by how far the color of its fill is from that around
it. From white to black it is 100 far, as CIE 1976 measures it; two shades of a page are less than 10 apart."""

REVEAL = """(step) => {
  guideStep.unpack(step);
  for (const one of step.querySelectorAll("[hidden]")) one.hidden = false;
  for (const one of step.querySelectorAll("details")) one.open = true;
  for (const one of step.querySelectorAll(".now")) one.textContent = one.dataset.open;
  for (const one of step.querySelectorAll("dialog.card")) {
    one.querySelector("ol").replaceChildren(...[...step.querySelectorAll(".lines li")].map((line) => line.cloneNode(true)));
    one.show();
  }
}"""
"""Shows all that a step can show."""

TOUCH = """() => {
  const touched = (rules) => {
    for (const rule of rules) {
      if (rule.cssRules?.length) touched(rule.cssRules);
      if (rule.selectorText) rule.selectorText = rule.selectorText.replace(/:(hover|active|focus|focus-visible)(?![\\w-])/g, ":not(._)");
    }
  };
  for (const { cssRules } of document.styleSheets) touched(cssRules);
}"""
"""From now on everything looks as if it were touched. What takes the place of `:hover` weighs the same and is always true."""

ON_EACH = """async (bundles) => {
  const measure = MEASURE;
  const reveal = REVEAL;
  const main = document.querySelector("#step");
  window.bundles ??= await Promise.all(bundles.map(async (address) => (await fetch(address)).json()));
  const failed = measure(document);
  let count = 0;
  for (const { steps } of window.bundles) for (const [address, step] of Object.entries(steps)) {
    main.innerHTML = step;
    reveal(main);
    failed.push(...measure(main).map((line) => `${address}: ${line}`));
    count += 1;
  }
  return [count, failed];
}"""


def on_each_step(page, measure, bundles):
    """The number of steps in these bundles, and what is wrong on the page and on each of the steps in it."""
    return page.evaluate(ON_EACH.replace("MEASURE", measure).replace("REVEAL", REVEAL), bundles)


PIXELS = """async ([data, boxes]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(image, 0, 0);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => value / 255).map((value) => (
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  return boxes.map(([x, y, width, height]) => {
    const { data: pixels } = drawing.getImageData(x, y, width, height);
    const counts = new Map();
    for (let n = 0; n < pixels.length; n += 4) {
      const key = pixels.slice(n, n + 3).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const colors = [...counts].sort((a, b) => b[1] - a[1]);
    const below = light(colors[0][0].split(","));
    return Math.max(...colors.map(([key]) => light(key.split(","))).map((value) => (
      (Math.max(value, below) + 0.05) / (Math.min(value, below) + 0.05))));
  });
}"""
"""For each box of a picture, the contrast between the color that most of it has and the one that differs most."""

BOXES = """(scale) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: parent } = walker.currentNode;
    if (!data.trim() || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (parent.closest(".visually-hidden, .skip, option, textarea")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const { fontSize, fontWeight } = getComputedStyle(parent);
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && fontWeight >= 700);
    for (const box of range.getClientRects()) {
      if (box.width < parseFloat(fontSize)) continue; // a full stop alone
      if (box.top + box.height / 2 > parent.getBoundingClientRect().bottom) continue; // a line that is cut off
      // The middle of the line, through which every letter goes: above and below, other things may begin.
      const place = [box.x + scrollX, box.y + scrollY + 0.35 * box.height, box.width, 0.3 * box.height];
      found.push([place.map((value) => Math.round(value * scale)), large ? 4.5 : 7, data.trim().slice(0, 40)]);
    }
  }
  return found;
}"""
STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { position: static !important; text-decoration: none !important; } .from-phone { display: inline !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
"""Nothing lies over the page while it is drawn, and no line under a text is taken for its letters. For a picture of the
whole page the browser changes the measures of the device, and with them the words that only some devices show."""
BLURRED = 0.9
"""The edges of thin letters are not drawn in their full color."""


def seen(page, scale):
    """What can't be read on a picture of the page. The picture knows nothing of styles."""
    page.evaluate(STILL)
    boxes = page.evaluate(BOXES, scale)
    picture = base64.b64encode(page.screenshot(full_page=True, animations="disabled")).decode()
    reader = page.context.new_page()
    ratios = reader.evaluate(PIXELS, [picture, [place for place, _, _ in boxes]])
    reader.close()
    pairs = zip(ratios, boxes, strict=True)
    return [f"{ratio:.2f}:1: {text}" for ratio, (_, wanted, text) in pairs if ratio < BLURRED * wanted]
