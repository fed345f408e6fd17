// What a form for writing does beyond sending: it keeps the draft on the server, and shows a preview without leaving.
//
// The draft is saved 2 s after typing stops and at least every 15 s. Each save names the version that it builds on;
// when that changed elsewhere (409) saving stops, the person is told, and nothing is overwritten.
import {parse} from "./fragments.js";

const QUIET = 2_000, LONGEST = 15_000;

function token(form) {
  return form.elements.csrfmiddlewaretoken.value;
}

async function post(form, url, values) {
  return fetch(url, {
    method: "POST",
    headers: {Accept: "application/json", "X-CSRFToken": token(form)},
    body: new URLSearchParams(values),
  });
}

function keepDraft(form) {
  const status = form.querySelector("[data-composer-status]");
  const {place, sequence, body, title} = form.elements;
  let quiet = null, latest = null, saving = null, stopped = false, saved = text();

  function text() {
    return JSON.stringify([title?.value ?? "", body.value]);
  }

  function typed() {
    clearTimeout(quiet);
    if (stopped || text() === saved) return;
    quiet = setTimeout(save, QUIET);
    latest ??= setTimeout(save, LONGEST);
  }

  function save() {
    clearTimeout(quiet);
    clearTimeout(latest);
    quiet = latest = null;
    if (stopped || saving || text() === saved) return;
    saving = send().finally(() => {
      saving = null;
      typed();
    });
  }

  async function send() {
    const sent = text();
    const values = {place: place.value, sequence: sequence.value, title: title?.value ?? "", body: body.value};
    try {
      const answer = await post(form, form.dataset.draftUrl, values);
      if (answer.status === 409) return stop(form.dataset.stale);
      if (!answer.ok) throw new Error(answer.status);
      sequence.value = (await answer.json()).sequence;
      saved = sent;
      status.textContent = form.dataset.saved;
    } catch {
      status.textContent = form.dataset.failed;
    }
  }

  function stop(reason) {
    stopped = true;
    status.textContent = reason;
    status.classList.add("notice", "notice--warning");
  }

  // A save that is under way must not make a draft again after the text was posted.
  form.addEventListener("submit", event => {
    if (event.submitter?.name === "preview") return;
    stopped = true;
    clearTimeout(quiet);
    clearTimeout(latest);
    if (!saving) return;
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  });
  form.addEventListener("input", typed);
  window.addEventListener("pageshow", () => { stopped = false; });
}

function showPreview(form) {
  const place = form.querySelector("[data-composer-preview]");
  form.querySelector("button[name=preview]").addEventListener("click", async event => {
    event.preventDefault();
    const answer = await post(form, form.dataset.previewUrl, {body: form.elements.body.value});
    if (!answer.ok && answer.status !== 422) return;
    const part = parse(await answer.text()).querySelector("[data-composer-preview]");
    place.replaceChildren(...part.childNodes);
    place.hidden = false;
    place.setAttribute("tabindex", "-1");
    place.focus();
  });
}

for (const form of document.querySelectorAll("form[data-composer]")) {
  if (form.elements.place) keepDraft(form);
  showPreview(form);
}
