// An addition to the page where a form is typed in: after a sign the next row comes by itself, Enter leads on and
// Backspace back. It sends nothing and keeps nothing; the page says beforehand that it moves.
const form = document.querySelector("form[data-signs]");
const signs = form.dataset.signs.split(" ");
const fields = [...form.querySelectorAll("input:not([type=hidden]), select, button.button")];

const isRow = (field) => field.closest(".sign") !== null;
const isMeant = (typed) => typed === "" || signs.some((sign) => sign.startsWith(typed));
// 1 may be the beginning of 10
const isWhole = (typed) => signs.includes(typed) && !signs.some((sign) => sign !== typed && sign.startsWith(typed));

function move(field, step) {
  const next = fields[fields.indexOf(field) + step];
  if (!next) return;
  next.focus();
  if (next.select) next.select();
}

form.addEventListener("input", ({ target }) => {
  if (!isRow(target)) return;
  const typed = target.value.trim().toLowerCase();
  target.toggleAttribute("aria-invalid", false);
  if (!isMeant(typed)) target.setAttribute("aria-invalid", "true");
  else if (isWhole(typed)) move(target, 1);
});

form.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || !fields.includes(target) || target.tagName === "BUTTON") return;
  const isBack = isRow(target) && (key === "ArrowUp" || (key === "Backspace" && target.value === ""));
  if (key !== "Enter" && !isBack && !(isRow(target) && key === "ArrowDown")) return;
  move(target, isBack ? -1 : 1);
  event.preventDefault();
});

// a page that the browser kept whole holds the form before this one
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

document.getElementById("leads").hidden = false;
// on a telephone a keyboard would come up over what the page says
if (matchMedia("(hover: hover)").matches && !document.querySelector(".faults")) fields[0].focus({ preventScroll: true });
