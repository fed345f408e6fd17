// A field that suggests where to go as one types: the combobox with a listbox of the ARIA Authoring Practices.
//
// The field names its box in data-suggestions (templates/_partials/suggestions.html), and the box where to ask. The
// answer is a fragment with options that are links, and what to announce in data-said. An answer never replaces one
// to a later question. Where the list stays in sight, its first option is chosen at once. Without scripts the field is the form's, as ever.
import {parse} from "./fragments.js";

const QUIET = 200, SAID_EVERY = 1_000;

export function combobox(input) {
  const box = document.getElementById(input.dataset.suggestions);
  const list = box.querySelector("[role=listbox]"), status = box.querySelector("[role=status]");
  const stays = "stays" in box.dataset;  // the list is all there is: it never closes by itself
  let asked = 0, answered = 0, quiet = null, saying = null, said = -SAID_EVERY, last = null, active = null;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) activate(null);
  }

  function activate(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({block: "nearest"});
    input.setAttribute("aria-activedescendant", option.id);
  }

  // Polite, and at most once a second: only the latest is said.
  function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => {
      said = performance.now();
      status.textContent = text;
    }, Math.max(0, said + SAID_EVERY - performance.now()));
  }

  function close() {
    clearTimeout(quiet);
    clearTimeout(saying);
    status.textContent = "";
    asked += 1;
    answered = asked;  // what is still under way comes too late
    last = null;
    open(stays);
    list.replaceChildren();
  }

  async function ask() {
    const text = input.value.trim();
    if (text === last) return;
    if (text.length < Number(box.dataset.least)) return close();
    last = text;
    const question = ++asked;
    try {
      const answer = await fetch(`${box.dataset.address}?${new URLSearchParams({q: text})}`, {credentials: "same-origin"});
      if (!answer.ok) throw new Error(answer.status);
      show(question, parse(await answer.text()).querySelector("[data-said]"));
    } catch {
      if (question > answered) close();
    }
  }

  function show(question, fresh) {
    if (question <= answered || !fresh) return;
    answered = question;
    activate(null);
    list.replaceChildren(...fresh.childNodes);
    options().forEach((option, at) => { option.id = `${list.id}-${at}`; });
    open(stays || options().length > 0);
    if (stays) activate(options()[0] ?? null);
    say(fresh.dataset.said);
  }

  function move(step) {
    const all = options();
    if (!all.length) return ask();
    if (list.hidden) open(true);
    const at = all.indexOf(active) + step;
    // Past either end lies the field itself.
    activate(active || step > 0 ? all[at] ?? null : all.at(-1));
  }

  input.addEventListener("input", () => {
    clearTimeout(quiet);
    quiet = setTimeout(ask, QUIET);
  });
  input.addEventListener("keydown", event => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      active.click();
    } else if (event.key === "Escape" && !list.hidden && !stays) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => { if (!stays) close(); });
  list.addEventListener("mousedown", event => event.preventDefault());  // the focus stays in the field
  input.form?.addEventListener("submit", () => { if (!stays) close(); });

  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id,
    "aria-expanded": String(!list.hidden),
  })) input.setAttribute(name, value);
  return {ask};
}
