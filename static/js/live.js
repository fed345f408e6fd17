// The one live socket of this page, shared by everything on it. It comes back by itself, and asks for what it missed.
//
// subscribe("thread:12", data => …)                      events: hints without content
// subscribe("room:3", handler, {after, frames, gone})    a log: `frames` gets every frame, `after()` tells how far we are
// watch(state => …)                                      "connecting", "live", "slow", "offline", "ended"

const FIRST_PAUSE = 250, LONGEST_PAUSE = 30_000, STABLE = 10_000;
const ENDED = 4401;
const subscriptions = new Map();
const watchers = new Set();
let socket = null, attempts = 0, retry = null, stable = null, within = 0, state = "connecting";

function address() {
  const url = new URL("/ws/", document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}

function setState(next) {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher(state);
}

function connect() {
  clearTimeout(retry);
  retry = null;
  if (socket || state === "ended" || subscriptions.size === 0) return;
  socket = new WebSocket(address());
  socket.addEventListener("open", opened);
  socket.addEventListener("message", message => [JSON.parse(message.data)].flat().forEach(receive));
  socket.addEventListener("close", closed);
}

function opened() {
  stable = setTimeout(() => { attempts = 0; }, STABLE);
  setState("live");
  for (const topic of subscriptions.keys()) resubscribe(topic);
}

function closed(event) {
  socket = null;
  clearTimeout(stable);
  if (event.code === ENDED) return setState("ended");
  setState(attempts > 0 ? "offline" : "connecting");
  const longest = Math.max(within, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempts));
  attempts += 1;
  within = 0;
  retry = setTimeout(connect, Math.random() * longest);
}

function topicOf(frame) {
  if (frame.topic) return frame.topic;
  return frame.room === undefined ? null : `room:${frame.room}`;
}

function receive(frame) {
  // A server that restarts says within how many seconds everybody should be back: not all at once.
  if (frame.t === "bye") within = 1000 * (frame.within ?? 0);
  // Several processes that cannot tell each other look once a second: news from elsewhere is that much later.
  if (frame.t === "pace") return setState(frame.slow ? "slow" : "live");
  const topic = topicOf(frame);
  if (frame.t === "error" && frame.code === "not_found" && topic) return drop(topic);
  const listeners = topic ? subscriptions.get(topic) ?? [] : [...subscriptions.values()].flat();
  for (const listener of listeners) {
    if (frame.t === "event") listener.handler?.(frame.data);
    else listener.frames?.(frame);
  }
}

function drop(topic) {
  for (const listener of subscriptions.get(topic) ?? []) listener.gone?.();
  subscriptions.delete(topic);
}

/** Send a frame; false when there is no connection now. */
export function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Ask again for what came after the last that we have: after a reconnect, and when a number is missing. */
export function resubscribe(topic) {
  const [listener] = subscriptions.get(topic) ?? [];
  if (listener) send(listener.after ? {t: "sub", topic, after: listener.after()} : {t: "sub", topic});
}

/** Listen to a topic; returns a function that stops it. */
export function subscribe(topic, handler, options = {}) {
  const listener = {handler, ...options};
  const isNew = !subscriptions.has(topic);
  subscriptions.set(topic, [...subscriptions.get(topic) ?? [], listener]);
  if (isNew) resubscribe(topic);
  connect();
  return () => {
    const left = (subscriptions.get(topic) ?? []).filter(other => other !== listener);
    if (left.length) return subscriptions.set(topic, left);
    subscriptions.delete(topic);
    return send({t: "unsub", topic});
  };
}

/** Hear how the connection is, now and whenever it changes. */
export function watch(watcher) {
  watchers.add(watcher);
  watcher(state);
}

function hurry() {
  if (document.visibilityState !== "visible" || socket || subscriptions.size === 0) return;
  attempts = Math.min(attempts, 1);
  connect();
}

window.addEventListener("online", hurry);
document.addEventListener("visibilitychange", hurry);
// A page that the browser keeps for the back button lets its socket go, and takes a new one when it is shown again.
window.addEventListener("pagehide", () => socket?.close());
window.addEventListener("pageshow", event => { if (event.persisted) hurry(); });
