// A page of results tells that it was seen, so that the search stands among one's recent ones. A GET changes nothing.

const form = document.querySelector("form[data-visit]");

/** Send the page's own sealed words, with more fields where given; it survives leaving the page. */
function tell(fields = {}) {
  const body = new URLSearchParams({...Object.fromEntries(new FormData(form)), ...fields});
  return fetch(form.action, {method: "POST", body, keepalive: true}).catch(() => {});
}

// Once per page, also where it comes back from the browser's memory.
if (form) tell();
