// Who is in the room, who is typing, and how the connection is.
import {watch} from "./live.js";

const TYPING_SHOWN = 5000;
const NAMES_SHOWN = 12;

export class People {
  constructor(chat) {
    this.chat = chat;
    this.line = document.getElementById("present");
    this.typing = document.getElementById("typing");
    this.here = new Map();
    this.typists = new Map();
    const state = document.getElementById("state");
    watch(now => { state.textContent = chat.dataset[now === "live" ? "connected" : now] ?? ""; });
  }

  /** The list begins anew: after a reconnect the server tells everybody again. */
  forget() {
    this.here.clear();
  }

  changed(frame) {
    for (const person of frame.join ?? []) this.here.set(person.id, person.name);
    for (const id of frame.leave ?? []) this.here.delete(id);
    const names = [...this.here.values()].sort((one, other) => one.localeCompare(other));
    const more = frame.count - Math.min(names.length, NAMES_SHOWN);
    const shown = frame.join ? names.slice(0, NAMES_SHOWN).join(", ") : "";
    const rest = more > 0 ? (shown ? ` +${more}` : frame.count) : "";
    this.line.querySelector("[data-part=names]").textContent = `${shown}${rest}`;
    this.line.hidden = frame.count === 0;
  }

  isTyping(frame) {
    clearTimeout(this.typists.get(frame.a)?.timer);
    const timer = setTimeout(() => this.stops(frame.a), TYPING_SHOWN);
    this.typists.set(frame.a, {name: frame.name, timer});
    this.tellTyping();
  }

  stops(person) {
    this.typists.delete(person);
    this.tellTyping();
  }

  tellTyping() {
    const [first, ...others] = this.typists.values();
    const {typingOne, typingMany} = this.chat.dataset;
    this.typing.textContent = !first ? "" : others.length ? typingMany : typingOne.replace("{name}", first.name);
  }
}
