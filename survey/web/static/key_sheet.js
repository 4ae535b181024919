// A scanned key sheet arrives behind the # of the address, which no server is sent. Put it into the field, and take it
// out of the address again, so that it does not stay in view or in the history.
const scanned = location.hash.slice(1);
if (/^[0-9A-Z]{4}(-[0-9A-Z]{4}){7}$/.test(scanned)) {
  document.getElementById("sheet").value = scanned;
  history.replaceState(null, "", location.pathname + location.search);
}
