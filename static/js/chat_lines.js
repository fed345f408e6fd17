// The lines of a room: new ones at the end, days between them, and where the new ones begin.
import {parse} from "./fragments.js";

const SAME_BREATH = 5 * 60 * 1000;
const QUIET = 150;

const pattern = id => document.getElementById(id).content.firstElementChild.cloneNode(true);
const part = (element, name) => element.querySelector(`[data-part="${name}"]`);

export class Lines {
  constructor(chat) {
    this.chat = chat;
    this.list = document.getElementById("lines");
    this.days = new Intl.DateTimeFormat(document.documentElement.lang || "nl", {
      weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
    });
  }

  find(seq) {
    return document.getElementById(`m-${seq}`);
  }

  get lastLine() {
    return [...this.list.querySelectorAll(".message")].pop();
  }

  get lastSeq() {
    return Number(this.lastLine?.dataset.seq ?? 0);
  }

  /** Add a line that was said now. `isNew` puts the mark "new messages" before it, unless it stands somewhere. */
  add(frame, {isOwn, isNew}) {
    if (this.find(frame.seq)) return;
    document.getElementById("nothing")?.remove();
    const previous = this.lastLine;
    const isNewDay = previous?.dataset.at.slice(0, 10) !== frame.ts.slice(0, 10);
    if (isOwn) this.quietly();
    if (isNewDay) this.list.append(this.makeDay(frame.ts));
    const mark = isNew && !document.getElementById("new");
    if (mark) this.list.append(pattern("new-pattern"));
    const goesOn = !isNewDay && !mark && previous.dataset.author === String(frame.a)
      && new Date(frame.ts) - new Date(previous.dataset.at) < SAME_BREATH;
    this.list.append(this.make(frame, goesOn));
  }

  makeDay(ts) {
    const day = pattern("day-pattern");
    day.dataset.day = ts.slice(0, 10);
    day.firstElementChild.textContent = this.days.format(new Date(`${day.dataset.day}T00:00:00Z`));
    return day;
  }

  make(frame, goesOn) {
    const line = pattern("message-pattern");
    line.id = `m-${frame.seq}`;
    Object.assign(line.dataset, {seq: frame.seq, cid: frame.cid, author: frame.a, at: frame.ts});
    line.classList.toggle("message--continued", goesOn);
    this.fill(line, frame);
    return line;
  }

  fill(line, frame) {
    const avatar = part(line, "initials");
    avatar.textContent = frame.initials;
    avatar.className = `avatar avatar--${frame.a % 8 + 1}`;
    part(line, "name").textContent = frame.name;
    const link = part(line, "time");
    const seq = Number(line.dataset.seq);
    link.href = `?after=${Math.max(seq - 11, 0)}#m-${seq}`;
    link.firstElementChild.dateTime = frame.ts;
    link.firstElementChild.textContent = frame.ts.slice(11, 16);
    part(line, "body").replaceChildren(parse(frame.html));
    const hiding = part(line, "hiding");
    if (hiding) hiding.action = `/messages/${frame.id}/hiding/`;
    const whose = hiding?.querySelector(".visually-hidden");
    if (whose) whose.textContent = ` ${this.chat.dataset.whose.replace("{name}", frame.name)}`;
  }

  /** A message was hidden: its place stays, so that answers to it stand where they stood. */
  hide(seq) {
    const line = this.find(seq);
    if (!line) return;
    line.classList.add("message--hidden");
    part(line, "body").textContent = this.chat.dataset.hidden;
    part(line, "hiding")?.remove();
  }

  /** A hidden message was brought back. */
  show(frame) {
    const line = this.find(frame.of);
    if (!line) return;
    line.classList.remove("message--hidden");
    this.fill(line, frame);
  }

  /** Put older lines before the ones that are there. */
  prepend(lines) {
    this.quietly();
    const last = [...lines.querySelectorAll(".chat__day")].pop();
    const first = this.list.querySelector(".chat__day");
    if (last && first?.dataset.day === last.dataset.day) first.remove();
    this.list.prepend(...lines.children);
  }

  /** Screen readers are not told of what is added now: one's own lines, and history. */
  quietly() {
    this.list.setAttribute("aria-live", "off");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.list.setAttribute("aria-live", "polite"), QUIET);
  }
}
