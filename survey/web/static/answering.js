// An addition to pages that work without it: keys answer, the next statement comes into view, and an answer is taken
// back by pressing it again. It moves what the reader could move; it sends nothing, keeps nothing and takes no focus.
const form = document.querySelector("form[data-scored]");
const items = [...form.querySelectorAll("tr.item")];
const note = document.getElementById("keys");
const still = matchMedia("(prefers-reduced-motion: reduce)");

const choices = (item) => [...item.querySelectorAll("input[type=radio]")];
const isAnswered = (item) => choices(item).some((choice) => choice.checked && choice.value !== "");
const itemOf = (element) => element.closest("tr.item");

function showNext(item) {
  const next = items[items.indexOf(item) + 1] || document.getElementById("background") || form.querySelector(".go");
  // the least that brings it into view: nothing moves where it is in sight already
  next.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
}

// what was chosen before the press that is under way, since a click chooses before it is told of
let chosen = null;
form.addEventListener("pointerdown", (event) => {
  const cell = event.target.closest("td.option");
  const choice = cell && cell.querySelector("input");
  chosen = choice && choice.checked && choice.value !== "" ? choice : null;
});
form.addEventListener("click", (event) => {
  const item = itemOf(event.target);
  if (!item || event.target.type !== "radio") return;
  // arrow keys choose by a click too, which has no pointer: they walk over answers, and nothing may move then
  if (event.target === chosen) item.querySelector(".blank input").checked = true;
  else if (event.pointerType && event.target.value !== "") showNext(item);
  chosen = null;
});

function answerByKey(event) {
  const place = Number(event.key) - 1;
  if (!Number.isInteger(place) || place < 0 || place >= Number(form.dataset.scored)) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const focused = itemOf(document.activeElement);
  const item = focused || items.find((each) => !isAnswered(each));
  if (!item) return;
  const choice = choices(item)[place];
  choice.checked = true;
  if (focused) choice.focus({ preventScroll: true });
  showNext(item);
  event.preventDefault();
}

if (Number(form.dataset.scored) < 10) {
  note.hidden = false;
  document.addEventListener("keydown", answerByKey);
  // a single key may be pressed by a voice or by mistake: whoever does not want it can turn it off
  document.getElementById("keys-off").addEventListener("click", () => {
    document.removeEventListener("keydown", answerByKey);
    note.hidden = true;
  });
}
