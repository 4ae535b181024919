// A tablet in kiosk mode forgets whoever has gone: after so many seconds without a touch it goes back to its start page,
// where the server empties the cookie. Before that it asks. A page that is used for long is saved or loaded anew meanwhile,
// because the server, which sees no touch, forgets as well.
(() => {
  const box = document.getElementById("kiosk"), said = document.getElementById("kiosk-alert");
  const seconds = document.getElementById("kiosk-seconds");
  const { idle, warning, stays, start } = box.dataset;
  const loaded = Date.now();
  let touched = loaded, used = false;

  function touch() {
    touched = Date.now();
    used = true;
    if (!box.hidden) {
      box.hidden = true;
      said.textContent = "";
    }
  }

  function stay() {
    const first = document.querySelector("main form button[name=go]");
    if (!first) {
      location.reload();
      return;
    }
    // the place on the page is kept, as far as a form that is sent lets it
    sessionStorage.setItem("kiosk-scroll", String(scrollY));
    const button = document.createElement("button");
    button.name = "go";
    button.value = "stay";
    button.hidden = true;
    first.form.append(button);
    first.form.requestSubmit(button);
  }

  function look() {
    const now = Date.now(), left = Number(idle) - (now - touched) / 1000;
    if (left <= 0) {
      // on the start page there is something to forget only if somebody typed there
      if (location.pathname !== start || used || now - loaded > 600000) location.replace(start);
    } else if (left <= Number(warning)) {
      if (box.hidden) {
        box.hidden = false;
        said.textContent = said.dataset.text;
      }
      seconds.textContent = String(Math.ceil(left));
    } else if (Number(stays) && (now - loaded) / 1000 > Number(stays) - 60) {
      stay();
    }
  }

  for (const kind of ["pointerdown", "touchstart", "wheel", "keydown", "input"]) {
    addEventListener(kind, touch, { capture: true, passive: true });
  }
  addEventListener("visibilitychange", look);
  // a page that the browser kept whole is the last person's
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(start);
  });
  const place = sessionStorage.getItem("kiosk-scroll");
  if (place !== null) {
    sessionStorage.removeItem("kiosk-scroll");
    scrollTo(0, Number(place));
  }
  setInterval(look, 1000);
})();
