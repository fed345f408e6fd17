// The list of threads of a community: what members write appears in it by itself.
//
// The socket only hints; the list is fetched again, with what this reader may see.
import {parse} from "./fragments.js";
import {subscribe, watch} from "./live.js";

const list = document.querySelector("[data-threads]");
let renewing = Promise.resolve();

function renew() {
  renewing = renewing.then(async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = parse(await answer.text()).querySelector("[data-threads]");
    if (fresh) show(fresh);
  }).catch(() => {});
}

function show(fresh) {
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  list.replaceChildren(...fresh.childNodes);
  if (focused) [...list.querySelectorAll("a")].find(link => link.getAttribute("href") === focused)?.focus();
}

if ("follow" in list.dataset) {
  let wasLive = false;
  subscribe(`threads:${list.dataset.threads}`, renew);
  watch(state => {
    list.dataset.live = state;
    if (state === "live" && wasLive) renew();
    wasLive ||= state === "live";
  });
}
