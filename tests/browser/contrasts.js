// Lists what the contrast of each text depends on: its colour, size and weight, and all that is painted around it.
(document) => {
  const view = document.defaultView, around = new Map();
  const PAINTED = ["backgroundColor", "backgroundImage", "opacity", "filter", "mixBlendMode", "position", "zIndex", "clipPath", "overflow"];
  const values = (each, names) => { const style = view.getComputedStyle(each); return names.map((name) => style[name]).join(" "); };
  const named = (each) => `${each.tagName}.${each.className}`;
  const painted = (each) => {
    if (!each) return "";
    if (!around.has(each)) {
      const own = values(each, PAINTED), plain = own === "rgba(0, 0, 0, 0) none 1 none normal static auto none visible";
      around.set(each, painted(each.parentElement) + (plain ? "" : `${named(each)} ${own}; `));
    }
    return around.get(each);
  };
  const found = new Set();
  for (const each of document.body.querySelectorAll("*")) {
    const words = [...each.childNodes].map((child) => child.nodeType === 3 ? child.data : "").join("").trim();
    if (!words && !each.matches("input, select, textarea") || !each.checkVisibility({ visibilityProperty: true })) continue;
    // neither a single letter nor what cannot be used is judged
    const judged = words.length > 1 && !each.matches(":disabled");
    found.add(`${named(each)} ${judged} ${values(each, ["color", "fontSize", "fontWeight", "textShadow"])} ${painted(each)}`);
  }
  return [...found];
}
