// Choosing people for a label that names them: shown only with that label, and searched by what one types.

for (const field of document.querySelectorAll("[data-people]")) {
  const labels = [...field.form.elements].filter(element => element.name === "label");
  const rows = [...field.querySelectorAll("li")].filter(row => row.querySelector("input"));

  const showOrHide = () => {
    field.hidden = labels.find(label => label.checked)?.value !== field.dataset.whenLabel;
  };
  for (const label of labels) label.addEventListener("change", showOrHide);
  showOrHide();

  const list = field.querySelector("ul");
  list.before(field.querySelector("[data-people-search]").content.cloneNode(true));
  const search = field.querySelector("input[type=search]");
  const status = field.querySelector("[role=status]");
  search.addEventListener("input", () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !row.querySelector("input").checked && !words.every(word => text.includes(word));
    }
    status.textContent = rows.filter(row => !row.hidden).length;
  });
}
