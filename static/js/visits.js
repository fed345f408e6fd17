// A page of results tells that it was seen, so that the search stands among one's recent ones, and whether anything
// that it found was opened, so that the site learns what is missing. A GET changes nothing.

const form = document.querySelector("form[data-visit]");

/** Send the page's own sealed words, with more fields where given; it survives leaving the page. */
function tell(fields = {}) {
  const body = new URLSearchParams({...Object.fromEntries(new FormData(form)), ...fields});
  return fetch(form.action, {method: "POST", body, keepalive: true}).catch(() => {});
}

if (form) {
  tell();
  let isOpened = false;
  for (const kind of ["click", "auxclick"]) {
    document.querySelector(".results")?.addEventListener(kind, event => {
      if (isOpened || !event.target.closest("a")) return;
      isOpened = true;
      tell({opened: "1"});
    });
  }
}
