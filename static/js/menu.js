// Menus that are <details> close on Escape, on a click elsewhere and when the focus leaves; error summaries get focus.

const menus = [...document.querySelectorAll("details[data-menu]")];

for (const menu of menus) {
  menu.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", event => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of menus) if (other !== menu) other.open = false;
  });
}

document.addEventListener("click", event => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});

document.querySelector("[data-error-summary]")?.focus();
