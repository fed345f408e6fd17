// The quick switcher: Ctrl-K (Cmd-K on a Mac) or its button opens a dialog with one field to go anywhere by name.
//
// A modal <dialog> keeps the focus inside, closes on Escape and gives the focus back. Without scripts the button is a
// link to the same as a page.
import {combobox} from "./combobox.js";

const dialog = document.getElementById("switcher"), button = document.querySelector("[data-switcher]");
const isMac = /mac|iphone|ipad/i.test(navigator.platform);

function start() {
  const input = dialog.querySelector("input");
  const places = combobox(input);

  function open() {
    if (dialog.open) return input.select();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
    dialog.showModal();
    input.select();
    places.ask();
  }

  button.setAttribute("role", "button");
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;  // in a tab of its own
    event.preventDefault();
    open();
  });
  button.addEventListener("keydown", event => {
    if (event.key !== " ") return;
    event.preventDefault();
    open();
  });
  if (isMac) button.querySelector("kbd").textContent = "⌘ K";

  // Ctrl-K on a Mac is an editing key of its text fields.
  document.addEventListener("keydown", event => {
    const isKey = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!isKey || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (document.querySelector("dialog[open]:not(#switcher)")) return;
    event.preventDefault();
    open();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
}

if (dialog && button) start();
