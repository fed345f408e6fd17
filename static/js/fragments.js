// HTML from our own server becomes a DocumentFragment here and nowhere else: the page's only Trusted Types policy.

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("kenniskring", {createHTML: html => html})
  : {createHTML: html => html};

/** The nodes of HTML that our server rendered. Never give this what a person typed. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}
