// <okienko-chat>: the window. Attributes: profile, page, server, inline (fills its place instead of floating).
// Events on the element: okienko-open, okienko-close, okienko-ticket (detail: number).

import { Client } from "./client.js";
import { style } from "./style.js";
import { bubble, element, spoken, useServer } from "./view.js";

class OkienkoChat extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    if (this.client) return;
    const here = new URL(import.meta.url).origin;
    const context = { profile: this.getAttribute("profile") || undefined, page: this.getAttribute("page") || location.pathname };
    this.client = new Client(this.getAttribute("server") || here, context);
    useServer(this.client.base);
    this.client.addEventListener("waiting", () => this.say("Łączę się ponownie…"));
    this.client.addEventListener("message", (event) => this.arrived(event.detail));
    this.client.addEventListener("typing", () => this.personTypes());
    this.draw();
    if (this.hasAttribute("inline") || sessionStorage.getItem("okienko-open")) this.open(false);
  }

  draw() {
    this.launcher = element("button", { type: "button", class: "launch", "aria-expanded": "false" }, "Zapytaj w Okienku");
    this.launcher.addEventListener("click", () => this.open(true));
    this.log = element("ol", { class: "log", tabindex: "0", "aria-label": "Przebieg rozmowy" });
    this.live = element("div", { class: "hidden", "aria-live": "polite", role: "status" });
    this.status = element("div", { class: "status", "aria-hidden": "true" });
    this.input = element("textarea", { rows: "1", "aria-label": "Twoja wiadomość", placeholder: "Napisz, co się stało…", maxlength: "20000" });
    const send = element("button", { type: "submit" }, "Wyślij");
    this.form = element("form", {}, this.input, send);
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    });
    this.input.addEventListener("input", () => this.client.typing());
    const close = element("button", { type: "button" }, "Zamknij");
    close.addEventListener("click", () => this.close());
    const erase = element("button", { type: "button" }, "Usuń rozmowę");
    erase.addEventListener("click", () => this.erase());
    const header = element("div", { class: "bar" }, element("h2", {}, "Okienko"), erase, this.hasAttribute("inline") ? null : close);
    this.panel = element("section", { class: "window", role: this.hasAttribute("inline") ? "region" : "dialog", "aria-label": "Rozmowa z Okienkiem", hidden: true }, header, this.log, this.status, this.form);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.hasAttribute("inline")) this.close();
    });
    this.shadowRoot.append(this.launcher, this.panel, this.live);
    this.toggle(false);
  }

  toggle(shown) {
    this.panel.hidden = !shown;
    this.panel.style.display = shown ? "" : "none";
    this.launcher.hidden = shown || this.hasAttribute("inline");
    this.launcher.style.display = this.launcher.hidden ? "none" : "";
    this.launcher.setAttribute("aria-expanded", String(shown));
  }

  async open(focus) {
    this.toggle(true);
    sessionStorage.setItem("okienko-open", "1");
    this.dispatchEvent(new CustomEvent("okienko-open", { bubbles: true }));
    if (focus) this.input.focus();
    if (this.started) return;
    this.started = true;
    try {
      const said = await this.client.start();
      for (const message of said) this.add(message.author, message.author === "client" ? { text: message.body.text } : message.body, false);
      this.retire();
      if (said.every((message) => message.author !== "client")) this.log.scrollTop = 0;
    } catch (error) {
      this.started = false;
      this.say(error.message);
    }
  }

  close() {
    this.toggle(false);
    sessionStorage.removeItem("okienko-open");
    this.launcher.focus();
    this.dispatchEvent(new CustomEvent("okienko-close", { bubbles: true }));
  }

  async erase() {
    if (!this.client.saved || !confirm("Usunąć tę rozmowę? Nie da się tego cofnąć.")) return;
    try {
      const receipt = await this.client.erase();
      const lines = receipt.items.map((item) => `${item.what}: ${item.count}`).join(", ");
      this.log.replaceChildren();
      this.add("bot", { kind: "notice", text: `Rozmowa usunięta (${lines}).` }, true);
      this.started = false;
      await this.open(false);
    } catch (error) {
      this.say(error.message);
    }
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.send({ text }, text);
  }

  // What somebody said without being asked here and now: a person, or the bot after them.
  arrived(message) {
    this.say("");
    if (message.author !== "client") this.add(message.author, message.body, true);
    else this.add("client", { text: message.body.text }, false);
  }

  personTypes() {
    this.say("Konsultant pisze…");
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => { if (this.status.textContent === "Konsultant pisze…") this.say(""); }, 4000);
  }

  async send(message, shown) {
    this.add("client", { text: shown }, false);
    this.retire(true);
    if (!this.client.live) this.say("Okienko pisze…");
    try {
      const before = this.log.childElementCount;
      const replies = await this.client.send(message);
      this.say("");
      for (const reply of replies) this.add("bot", reply, true);
      // The answer is read from its beginning, so its first line is brought into view, not its last.
      const first = this.log.children[before];
      if (first) this.log.scrollTop = first.offsetTop - this.log.offsetTop - 8;
    } catch (error) {
      this.say("");
      this.add("bot", { kind: "notice", level: "warning", text: error.message }, true);
      if (message.text && !this.input.value) this.input.value = message.text;
    }
  }

  add(author, reply, announce) {
    const item = bubble(author, reply, (choice) => this.send({ choice: choice.id }, choice.label));
    this.log.append(item);
    this.log.scrollTop = this.log.scrollHeight;
    if (announce) this.live.append(element("p", {}, spoken(reply, author)));
    while (this.live.childElementCount > 8) this.live.firstElementChild.remove();
    if (reply.kind === "ticket") this.dispatchEvent(new CustomEvent("okienko-ticket", { bubbles: true, detail: { number: reply.number } }));
    return item;
  }

  // Buttons of a question that was answered in words stay reachable but no longer act.
  retire(all = false) {
    const groups = [...this.shadowRoot.querySelectorAll(".choices")];
    for (const group of all ? groups : groups.slice(0, -3)) {
      for (const button of group.children) button.setAttribute("aria-disabled", "true");
    }
  }

  say(text) {
    this.status.textContent = text;
  }
}

if (!customElements.get("okienko-chat")) customElements.define("okienko-chat", OkienkoChat);
