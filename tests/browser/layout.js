// Lists what stands out of its box on a page: elements beyond the page or a frame that is painted around them,
// letters beyond the block they are set in, and letters under a radio button.
(document) => {
  const view = document.defaultView, wide = document.documentElement.clientWidth, found = [];
  const TOLERANCE = 1.5; // pixels, since borders and letters are laid out in fractions
  const styles = new Map(), style = (each) => styles.get(each) || styles.set(each, view.getComputedStyle(each)).get(each);
  const name = (each) => each.tagName.toLowerCase() + (each.id ? "#" + each.id : "") + (each.className ? "." + String(each.className).trim().split(/\s+/).join(".") : "");
  const painted = (each) => {
    const s = style(each);
    return ["Top", "Right", "Bottom", "Left"].filter((side) => parseFloat(s[`border${side}Width`]) > 0).length > 2 || !/^(transparent|rgba\(.*, 0\))$/.test(s.backgroundColor);
  };
  const scrolls = (each) => /auto|scroll/.test(style(each).overflowX);
  const hidden = (each) => {
    const s = style(each);
    return !each.checkVisibility() || s.visibility === "hidden" || s.opacity === "0" || s.clipPath !== "none" || s.position === "absolute" && parseFloat(s.left) < -999;
  };
  const tell = (what, each, where, by) => found.push(`${what}: ${name(each)} “${each.textContent.trim().slice(0, 40)}” in ${where} by ${Math.round(by)} px`);
  const beyond = (box, frame) => Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
  const sideways = (box, frame) => Math.max(frame.left - box.left, box.right - frame.right);

  // frames: the painted boxes around an element, up to what scrolls sideways by itself; block: what its letters are set in
  const range = document.createRange();
  const walk = (each, frames, moves, block) => {
    if (hidden(each) || /^(script|style|option|br)$/i.test(each.tagName)) return;
    const box = each.getBoundingClientRect(), s = style(each);
    if (box.width && box.height && s.display !== "contents") {
      if (!moves && (box.left < -TOLERANCE || box.right > wide + TOLERANCE)) tell("beyond the page", each, "the page", Math.max(-box.left, box.right - wide));
      for (const frame of frames) if (beyond(box, frame.box) > TOLERANCE) tell("beyond a frame", each, name(frame.each), beyond(box, frame.box));
    }
    const inside = scrolls(each);
    const around = inside ? [] : painted(each) && each !== document.body ? [...frames, { each, box }] : frames;
    const own = block && /^(inline|contents)$/.test(s.display) ? block : { each, box };
    for (const child of each.childNodes) {
      if (child.nodeType === 1) walk(child, around, moves || inside, own);
      else if (child.nodeType === 3 && child.data.trim() && parseFloat(s.fontSize) > 0) letters(child, each, own);
    }
  };
  const letters = (text, parent, block) => {
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (!box.width) continue;
      if (sideways(box, block.box) > TOLERANCE) tell("letters beyond their block", parent, name(block.each), sideways(box, block.box));
      const radio = parent.tagName === "LABEL" && parent.previousElementSibling;
      if (radio && radio.type === "radio" && !hidden(radio)) {
        const knob = radio.getBoundingClientRect();
        if (box.left < knob.right - 1 && box.right > knob.left + 1 && box.top < knob.bottom - 1 && box.bottom > knob.top + 1) tell("letters under a button", parent, name(block.each), knob.right - box.left);
      }
    }
  };
  walk(document.body, [], false, null);
  return found;
}
