// What was written and is not acknowledged yet: kept in this tab until it is, and sent again under the same key.
import {send} from "./live.js";

const AGAIN = 10_000;

function makeKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  constructor(chat, hasLine) {
    this.chat = chat;
    this.hasLine = hasLine;
    this.room = Number(chat.dataset.room);
    this.name = `outbox:${chat.dataset.person}:${this.room}`;
    this.list = document.getElementById("pending");
    this.items = JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
    for (const item of this.items) this.show(item);
    setInterval(() => this.sendAll(AGAIN), AGAIN);
  }

  save() {
    sessionStorage.setItem(this.name, JSON.stringify(this.items));
    this.list.hidden = this.list.childElementCount === 0;
  }

  add(body) {
    const item = {cid: makeKey(), body, refused: ""};
    this.items.push(item);
    this.show(item);
    this.send(item);
  }

  send(item) {
    item.refused = "";
    if (send({t: "send", room: this.room, cid: item.cid, body: item.body})) item.sentAt = Date.now();
    this.save();
    this.tell(item);
  }

  /** Send what still waits, in order; with `age`, only what was sent longer ago and never answered. */
  sendAll(age = 0) {
    for (const item of this.items) {
      if (!item.refused && Date.now() - (item.sentAt ?? 0) >= age) this.send(item);
    }
  }

  find(cid) {
    return this.items.find(item => item.cid === cid);
  }

  element(cid) {
    return this.list.querySelector(`[data-cid="${CSS.escape(cid)}"]`);
  }

  acknowledged(frame) {
    this.items = this.items.filter(item => item.cid !== frame.cid);
    if (this.hasLine(frame.seq)) this.element(frame.cid)?.remove();
    this.save();
  }

  /** The line came by itself: it takes the place of what waited. */
  arrived(cid) {
    this.items = this.items.filter(item => item.cid !== cid);
    this.element(cid)?.remove();
    this.save();
  }

  refused(frame) {
    const item = this.find(frame.cid);
    if (!item) return;
    if (frame.retry_after) {
      setTimeout(() => this.find(item.cid) && this.send(item), frame.retry_after * 1000);
      return;
    }
    item.refused = frame.text || this.chat.dataset.refused;
    this.save();
    this.tell(item);
  }

  show(item) {
    const line = document.getElementById("pending-pattern").content.firstElementChild.cloneNode(true);
    line.dataset.cid = item.cid;
    line.querySelector(".message__body").textContent = item.body;
    line.querySelector("[data-part=retry]").addEventListener("click", () => this.send(item));
    line.querySelector("[data-part=discard]").addEventListener("click", () => this.arrived(item.cid));
    this.list.append(line);
    this.save();
    this.tell(item);
  }

  tell(item) {
    const line = this.element(item.cid);
    if (!line) return;
    line.querySelector("[data-part=state]").textContent = item.refused || this.chat.dataset.pending;
    for (const name of ["retry", "discard"]) line.querySelector(`[data-part=${name}]`).hidden = !item.refused;
  }
}
