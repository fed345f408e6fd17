// A room: what is said appears, what one says is sent and kept until it arrived.
import {resubscribe, send, subscribe, watch} from "./live.js";
import {Lines} from "./chat_lines.js";
import {Outbox} from "./chat_outbox.js";
import {People} from "./chat_people.js";
import {Scroll} from "./chat_scroll.js";

const TYPING_EVERY = 3000, READ_AFTER = 800;

const chat = document.getElementById("chat");
const room = Number(chat.dataset.room), me = Number(chat.dataset.person), topic = `room:${room}`;
const composer = document.getElementById("composer");
const lines = new Lines(chat);
let cursor = Number(chat.dataset.seq), read = 0, reading = null, isCatchingUp = false, wasConnected = false;

function tellRead() {
  clearTimeout(reading);
  reading = setTimeout(() => {
    if (cursor > read && send({t: "read", room, seq: cursor})) {
      read = cursor;
      document.getElementById("read")?.remove();
    }
  }, READ_AFTER);
}

const scroll = new Scroll(lines, tellRead);

function follow() {
  const people = new People(chat);
  const outbox = composer && new Outbox(chat, seq => lines.find(seq) !== null);

  const answers = {
    msg(frame) {
      const isOwn = frame.a === me;
      scroll.add(() => lines.add(frame, {isOwn, isNew: !isOwn && !scroll.isWatched}), isOwn);
      people.stops(frame.a);
      outbox?.arrived(frame.cid);
    },
    edit: frame => lines.show(frame),
    del: frame => lines.hide(frame.of),
    live(frame) {
      cursor = Math.max(cursor, frame.seq);
      isCatchingUp = false;
      people.forget();
      outbox?.sendAll();
      if (scroll.isWatched) tellRead();
    },
    reset: () => location.reload(),
    typing: frame => people.isTyping(frame),
    pres: frame => people.changed(frame),
    ack: frame => outbox?.acknowledged(frame),
    nack: frame => outbox?.refused(frame),
  };

  function take(frame) {
    if (["msg", "edit", "del"].includes(frame.t)) {
      if (frame.seq <= cursor) return;
      if (frame.seq > cursor + 1 && !isCatchingUp) {
        isCatchingUp = true;
        resubscribe(topic);
        return;
      }
      cursor = frame.seq;
    }
    answers[frame.t]?.(frame);
  }

  function gone() {
    document.getElementById("state").textContent = chat.dataset.gone;
    composer?.remove();
  }

  watch(state => { wasConnected ||= state === "live"; });
  subscribe(topic, null, {after: () => cursor, frames: take, gone});
  if (composer) compose(outbox);
}

function compose(outbox) {
  const text = composer.querySelector("textarea");
  const draft = `draft:${me}:${room}`;
  let typedAt = 0;
  text.value ||= sessionStorage.getItem(draft) ?? "";
  document.getElementById("keys").hidden = false;

  text.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  text.addEventListener("input", () => {
    sessionStorage.setItem(draft, text.value);
    if (text.value && Date.now() - typedAt > TYPING_EVERY && send({t: "typing", room})) typedAt = Date.now();
  });
  composer.addEventListener("submit", event => {
    // Where sockets do not get through at all, the form sends by itself.
    if (!wasConnected) return sessionStorage.removeItem(draft);
    event.preventDefault();
    const body = text.value.trim();
    if (!body) return;
    outbox.add(body);
    text.value = "";
    sessionStorage.removeItem(draft);
    typedAt = 0;
    text.focus();
  });
}

if (chat.dataset.live === "1") follow();
