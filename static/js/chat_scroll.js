// Where one is in a room: stays at the end while one reads there, stays put while one reads back, loads history.
import {parse} from "./fragments.js";

const NEAR = 80;

export class Scroll {
  constructor(lines, seen) {
    this.lines = lines;
    this.seen = seen;
    this.box = document.getElementById("scroll");
    this.jump = document.getElementById("jump");
    this.missed = 0;
    this.box.addEventListener("scroll", () => this.moved(), {passive: true});
    this.jump.addEventListener("click", () => this.toEnd());
    document.addEventListener("visibilitychange", () => this.moved());
    this.watchHistory();
    if (!location.hash) (document.getElementById("new") ?? lines.lastLine)?.scrollIntoView({block: "center"});
  }

  // The box is laid out from its end, so its position counts from there.
  get isAtEnd() {
    return Math.abs(this.box.scrollTop) < NEAR;
  }

  get isWatched() {
    return this.isAtEnd && document.visibilityState === "visible";
  }

  toEnd() {
    this.box.scrollTop = 0;
    this.moved();
  }

  moved() {
    if (!this.isWatched) return;
    this.missed = 0;
    this.jump.hidden = true;
    this.seen();
  }

  /** Add a line; who reads back keeps their place, and is told how many came. */
  add(change, isOwn) {
    const follows = isOwn || this.isAtEnd;
    if (follows) change();
    else this.keepPlace(change);
    if (follows) this.toEnd();
    if (this.isWatched) return;
    this.missed += 1;
    this.jump.querySelector("[data-part=count]").textContent = this.missed;
    this.jump.hidden = this.isAtEnd;
  }

  keepPlace(change) {
    const top = this.box.getBoundingClientRect().top;
    const anchor = [...this.box.querySelectorAll(".message")].find(line => line.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor) this.box.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  watchHistory() {
    const link = document.getElementById("older");
    if (!link) return;
    const load = event => { event?.preventDefault(); this.loadOlder(link); };
    link.addEventListener("click", load);
    this.observer = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && this.hasScrolled) load();
    }, {root: this.box, rootMargin: "200px 0px 0px 0px"});
    this.observer.observe(link);
    this.box.addEventListener("scroll", () => { this.hasScrolled = true; }, {once: true, passive: true});
  }

  async loadOlder(link) {
    if (this.loading) return;
    this.loading = true;
    try {
      const response = await fetch(link.href, {headers: {Accept: "text/html"}});
      if (!response.ok || response.redirected) return location.assign(link.href);
      const page = parse(await response.text());
      const older = page.getElementById("older");
      this.observer.disconnect();
      this.keepPlace(() => {
        this.lines.prepend(page.getElementById("lines"));
        if (older) link.replaceWith(older);
        else link.parentElement.remove();
      });
      this.watchHistory();
    } catch {
      // No connection: the link is still there for another try.
    } finally {
      this.loading = false;
    }
  }
}
