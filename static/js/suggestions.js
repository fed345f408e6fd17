// Fields that search suggest results as one types.
import {combobox} from "./combobox.js";

for (const input of document.querySelectorAll("input[data-suggestions]:not(dialog *)")) combobox(input);
