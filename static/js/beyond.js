// Under results: communities that one could join and that may have this. The link to their page becomes their list.
//
// That they were seen, and that one was opened, is told by POST: their owners learn the number of people.
import {parse} from "./fragments.js";

const place = document.querySelector("[data-beyond]");

function tell(fields = {}) {
  const {csrfmiddlewaretoken} = place.querySelector("form").elements;
  const body = new URLSearchParams({csrfmiddlewaretoken: csrfmiddlewaretoken.value, q: place.dataset.beyond, ...fields});
  fetch(place.querySelector("form").action, {method: "POST", body, keepalive: true}).catch(() => {});
}

async function show() {
  const link = place.querySelector("a");
  const answer = await fetch(link.href);
  if (!answer.ok) return;
  const list = parse(await answer.text()).querySelector("[data-beyond-list]");
  if (!list) return link.parentElement.remove();
  link.parentElement.replaceWith(list);
  tell();
  for (const kind of ["click", "auxclick"]) {
    list.addEventListener(kind, event => {
      const opened = event.target.closest("a[data-community]");
      if (opened) tell({opened: opened.dataset.community});
    });
  }
}

if (place) show().catch(() => {});
