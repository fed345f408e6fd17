// An open thread: posts that are written now appear by themselves, and how far one reads is remembered.
//
// The socket only hints; what this reader may see is fetched. After a reconnect, what was missed is fetched too.
import {parse} from "./fragments.js";
import {subscribe, watch} from "./live.js";

const READ_PAUSE = 1_000;
const thread = document.querySelector("[data-thread]");
const posts = thread.querySelector("[data-posts]");
const news = thread.querySelector("[data-news]");

function lastNumber() {
  const numbers = [...posts.querySelectorAll("[data-number]")].map(post => Number(post.dataset.number));
  return Math.max(Number(thread.dataset.lastNumber), ...numbers);
}

async function fetchPosts(query) {
  const answer = await fetch(`${thread.dataset.postsUrl}?${new URLSearchParams(query)}`);
  return answer.ok ? parse(await answer.text()) : null;
}

let fetching = Promise.resolve();

function fetchNew() {
  fetching = fetching.then(async () => {
    const part = await fetchPosts({page: thread.dataset.page, after: lastNumber()});
    if (part) show(part);
  }).catch(() => {});
}

function show(part) {
  const next = part.querySelector("[data-next-page]");
  if (next && !thread.querySelector("[data-next-page]")) posts.after(next);
  for (const post of part.querySelectorAll("[data-number]")) {
    if (document.getElementById(post.id)) continue;
    post.classList.add("post--arrived");
    posts.append(post);
    seen?.observe(post);
  }
  const said = part.querySelector("[data-announcement]");
  if (said) news.textContent = said.textContent;
}

async function fetchChanged(number) {
  const part = await fetchPosts({page: thread.dataset.page, number});
  const old = document.getElementById(`post-${number}`);
  if (!part) return;
  const changed = part.querySelector("[data-number]");
  if (old && changed) old.replaceWith(changed);
  else if (old) old.remove();
  else if (changed) insert(changed);
  if (changed) seen?.observe(changed);
}

function insert(post) {
  const later = [...posts.querySelectorAll("[data-number]")].find(
    other => Number(other.dataset.number) > Number(post.dataset.number));
  if (later) later.before(post);
  else posts.append(post);
}

function heard(data) {
  if (data.changed) fetchChanged(data.number);
  else if (data.number && "isLast" in thread.dataset) fetchNew();
}

// -- How far the reader is

let read = Number(thread.dataset.readNumber), timer = null;
const seen = thread.dataset.readUrl ? new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (entry.isIntersecting) noteRead(Number(entry.target.dataset.number));
  }
}, {threshold: 0, rootMargin: "0px 0px -15% 0px"}) : null;

function noteRead(number) {
  if (number <= read || document.visibilityState !== "visible") return;
  read = number;
  clearTimeout(timer);
  timer = setTimeout(sendRead, READ_PAUSE);
}

function sendRead() {
  fetch(thread.dataset.readUrl, {
    method: "POST",
    headers: {"X-Requested-With": "fetch", "X-CSRFToken": thread.querySelector("[name=csrfmiddlewaretoken]").value},
    body: new URLSearchParams({number: read}),
    keepalive: true,
  }).catch(() => {});
}

for (const post of posts.querySelectorAll("[data-number]")) seen?.observe(post);
document.addEventListener("visibilitychange", () => {
  for (const post of posts.querySelectorAll("[data-number]")) {
    seen?.unobserve(post);
    seen?.observe(post);
  }
});
subscribe(`thread:${thread.dataset.thread}`, heard);
watch(state => { if (state === "live" && "isLast" in thread.dataset) fetchNew(); });
