// A button beside each text to copy. Without it the text is marked and copied as anywhere else.
const { copy, copied } = document.getElementById("texts").dataset;
for (const text of document.querySelectorAll("#texts textarea")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: copy });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.setAttribute("aria-describedby", document.querySelector(`label[for="${text.id}"]`).id);
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      // not allowed, or not encrypted: then what is marked is copied the old way
      document.execCommand("copy");
    }
    said.textContent = copied;
  });
  const line = Object.assign(document.createElement("p"), { className: "go" });
  line.append(button, said);
  text.after(line);
}
