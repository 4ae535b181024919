// A passkey is made or asked for by the browser: what the server asks stands in the form, and what the browser gives is
// sent in it. Without this script, or in a browser that knows no passkeys, the form stays hidden and its note says so.
const form = document.getElementById("passkey-form"), failed = document.getElementById("passkey-failed");
const asked = JSON.parse(form.dataset.options);
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

// what the server asks, with bytes in place of text
function options() {
  const meant = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) {
    return { ...meant, user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: named(asked.excludeCredentials) };
  }
  return { ...meant, allowCredentials: named(asked.allowCredentials) };
}

// what the browser gives, with text in place of bytes
function said(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) {
      response[part] = text(made.response[part]);
    }
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

async function sign(event) {
  event.preventDefault();
  failed.textContent = "";
  try {
    const made = asked.user
      ? await navigator.credentials.create({ publicKey: options() })
      : await navigator.credentials.get({ publicKey: options() });
    form.elements.passkey.value = said(made);
    form.submit();
  } catch {
    failed.textContent = failed.dataset.text;
  }
}

if (window.PublicKeyCredential) {
  form.hidden = false;
  document.getElementById("passkey-without").hidden = true;
  form.addEventListener("submit", sign);
}
