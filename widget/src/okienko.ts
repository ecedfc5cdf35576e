// <okienko-chat>: the window on any site. Attributes, events, properties and the host's policy: docs/widget.md.

import { Conversation, Refused } from "./conversation";
import { button, element } from "./dom";
import { guard } from "./guard";
import { Keep } from "./keep";
import { bubble, retire, spoken, type Setting } from "./replies";
import { style } from "./style";
import type { Act, Author, Choice, Message, Reply, Standing } from "./types";
import { fill, wordsOf, type Words } from "./words";

const PROFILES = ["ogolny", "platnik", "ubezpieczony", "swiadczeniobiorca", "lekarz", "ue"] as const;
const LIVE_LINES = 8;
const TYPING_ENDS = 4000;
const KEPT_CHOICES = 3;
const SCRIPT = (document.currentScript as HTMLScriptElement | null)?.src || document.querySelector<HTMLScriptElement>('script[src*="/widget/okienko.js"]')?.src;

class OkienkoChat extends HTMLElement {
  static observedAttributes = ["profile", "lang"];
  private root = this.attachShadow({ mode: "open" });
  private keep = new Keep("okienko");
  private words: Words = wordsOf("pl");
  private talk!: Conversation;
  private setting!: Setting;
  private started = false;
  private awaited = "";
  private typingEnds: ReturnType<typeof setTimeout> | undefined;

  private launcher = button("", () => this.open(), { class: "launch", "aria-haspopup": "dialog" });
  private heading = element("h2");
  private presence = element("p", { class: "presence", hidden: true });
  private menuButton = button("", () => this.toggleMenu(), { "aria-expanded": "false" });
  private closeButton = button("", () => this.close());
  private menu = element("div", { class: "menu", hidden: true, id: "menu" });
  private log = element("ol", { class: "log", tabindex: "0" });
  private status = element("div", { class: "status", "aria-hidden": "true" });
  private guarded = element("div", { class: "guard", hidden: true, role: "group" });
  private input = element("textarea", { rows: 1, maxlength: 20000, enterkeyhint: "send", autocomplete: "off" });
  private sendButton = element("button", { type: "submit" });
  private form = element("form", {}, this.input, this.sendButton);
  private live = element("div", { class: "hidden", "aria-live": "polite", role: "status" });
  private panel = element("section", { class: "window", hidden: true, tabindex: "-1" });

  connectedCallback(): void {
    if (this.started || this.panel.isConnected) return;
    const server = (this.getAttribute("server") || (SCRIPT ? new URL(SCRIPT).origin : location.origin)).replace(/\/$/, "");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.root.adoptedStyleSheets = [sheet];
    this.setting = { words: this.words, server, choose: (choice: Choice) => void this.send({ choice: choice.id }, choice.label), say: (text) => this.say(text, true) };
    this.talk = new Conversation(server, this.keep, {
      message: (message) => this.arrived(message), standing: (standing) => this.stands(standing), typing: () => this.personTypes(),
      waiting: () => this.say(navigator.onLine ? this.words.waiting : this.words.offline, true), gone: () => { this.log.replaceChildren(); this.notice(this.words.gone); },
    }, () => ({ profile: this.getAttribute("profile") ?? undefined, page: this.getAttribute("page") ?? location.pathname }));
    this.draw();
    this.speak();
    this.listen();
    if (this.inline || this.keep.open) void this.show();
  }

  disconnectedCallback(): void {
    this.talk?.hush();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.talk || before === after) return;
    if (name === "lang") this.speak();
    if (name === "profile" && after && this.talk.begun && this.talk.standing.profile !== after) void this.send({ profile: after }, this.profileName(after));
  }

  open(): void {
    void this.show();
    this.input.focus();
  }

  close(): void {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.keep.open = false;
    this.launcher.focus();
    this.emit("okienko-close");
  }

  private get inline(): boolean { return this.hasAttribute("inline"); }

  private draw(): void {
    const bar = element("div", { class: "bar" }, this.heading, this.menuButton, !this.inline && this.closeButton, this.presence);
    this.panel.setAttribute("role", this.inline ? "region" : "dialog");
    this.menuButton.setAttribute("aria-controls", "menu");
    this.panel.append(bar, this.menu, this.log, this.status, this.guarded, this.form);
    this.root.append(this.launcher, this.panel, this.live);
    this.launcher.hidden = this.inline;
    this.launcher.setAttribute("aria-expanded", "false");
    this.input.value = this.keep.draft;
  }

  // The words of the chosen language, everywhere but in what was said.
  private speak(): void {
    const words = this.words = wordsOf(this.getAttribute("lang"));
    this.setting.words = words;
    for (const node of [this.launcher, this.heading, this.menuButton, this.closeButton, this.sendButton, this.input, this.live, this.status, this.guarded]) node.lang = this.getAttribute("lang") || "pl";
    [this.launcher.textContent, this.heading.textContent, this.menuButton.textContent, this.closeButton.textContent, this.sendButton.textContent] = [words.launch, words.title, words.menu, words.close, words.send];
    this.panel.setAttribute("aria-label", words.dialog);
    this.log.setAttribute("aria-label", words.log);
    this.input.setAttribute("aria-label", words.input);
    this.input.placeholder = words.placeholder;
    this.fillMenu();
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => { this.keep.draft = this.input.value; this.guarded.hidden = true; this.talk.typing(); });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!this.menu.hidden) { this.toggleMenu(); this.menuButton.focus(); } else if (!this.inline) this.close();
    });
    addEventListener("online", () => { this.say(""); this.talk.wake(); });
    addEventListener("offline", () => { if (!this.panel.hidden) this.say(this.words.offline, true); });
    this.keep.watch(() => { if (this.started && this.talk.changedElsewhere()) { this.started = false; this.log.replaceChildren(); void this.begin(); } });
    visualViewport?.addEventListener("resize", () => this.style.setProperty("--seen", `${visualViewport?.height}px`));
  }

  private async show(): Promise<void> {
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    if (!this.inline) this.keep.open = true;
    this.emit("okienko-open");
    await this.begin();
  }

  // What was said before is shown, and not announced.
  private async begin(): Promise<void> {
    if (this.started) return;
    this.started = true;
    try {
      const said = await this.talk.start();
      this.log.replaceChildren();
      for (const message of said) this.add(message.author, message.body, false);
      this.retireOld();
      if (this.words.note && said.every((message) => message.author !== "client")) this.notice(this.words.note, this.getAttribute("lang") ?? "pl");
      if (said.every((message) => message.author !== "client")) this.log.scrollTop = 0;
    } catch (error) {
      this.started = false;
      this.say(error instanceof Refused && error.message ? error.message : this.words.offline, true);
    }
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text) return;
    const found = guard(text);
    const needless = found.kinds.filter((kind) => !(this.awaited === "email" && kind === "e-mail"));
    if (needless.length === 0) this.sendText(text);
    else if (this.guarded.hidden) this.warn(found.masked, needless);
    else this.sendText(found.masked);
  }

  // Pressing Enter again sends without the data, as the first button says.
  private warn(masked: string, kinds: string[]): void {
    const names = this.words as unknown as Record<string, string>;
    const text = fill(this.words.guard, kinds.map((kind) => names[kind] ?? kind).join(", "));
    this.guarded.replaceChildren(
      element("p", {}, text),
      button(this.words.without, () => { this.sendText(masked); this.input.focus(); }),
      button(this.words.edit, () => { this.guarded.hidden = true; this.input.focus(); }),
    );
    this.guarded.setAttribute("aria-label", text);
    this.guarded.hidden = false;
    this.announce(`${text} ${this.words.without}: Enter.`);
  }

  private sendText(text: string): void {
    this.guarded.hidden = true;
    this.input.value = this.keep.draft = "";
    void this.send({ text }, text);
  }

  private async send(act: Act, shown: string): Promise<void> {
    this.add("client", { kind: "text", text: shown }, false);
    for (const group of this.root.querySelectorAll(".choices")) retire(group, this.words);
    if (!this.talk.standing.live) this.say(this.words.writing);
    this.log.setAttribute("aria-busy", "true");
    try {
      const replies = await this.talk.send(act);
      const before = this.log.childElementCount;
      this.say("");
      for (const reply of replies) this.add("bot", reply, true);
      // The answer is read from its beginning, so its first line is brought into view, not its last.
      const first = this.log.children[before] as HTMLElement | undefined;
      if (first) this.log.scrollTop = first.offsetTop - this.log.offsetTop - 8;
    } catch (error) {
      this.say("");
      this.notice(error instanceof Refused && error.message ? error.message : this.words.lost, undefined, "warning");
      if (act.text && !this.input.value) this.input.value = this.keep.draft = act.text;
    } finally {
      this.log.removeAttribute("aria-busy");
    }
  }

  // What somebody said without being asked here and now: a person, the bot after them, or this client in another tab.
  private arrived(message: Message): void {
    this.say("");
    this.add(message.author, message.body, message.author !== "client");
  }

  private add(author: Author, reply: Reply, announce: boolean): void {
    this.log.append(bubble(author, reply, this.setting));
    this.log.scrollTop = this.log.scrollHeight;
    if (author !== "client") this.awaited = reply.input ?? "";
    if (announce) this.announce(spoken(author, reply, this.words), reply.lang ?? "pl");
    if (announce && reply.kind === "ticket") this.emit("okienko-ticket", { number: reply.number });
    if (announce && reply.kind === "step") this.emit("okienko-step", { case: reply.case?.id, position: reply.position, of: reply.of });
  }

  private notice(text: string, language?: string, level = "info"): void {
    this.add("bot", { kind: "notice", level, text, ...(language ? { lang: language } : {}) }, true);
  }

  private announce(text: string, language = this.getAttribute("lang") ?? "pl"): void {
    this.live.append(element("p", { lang: language }, text));
    while (this.live.childElementCount > LIVE_LINES) this.live.firstElementChild?.remove();
  }

  private retireOld(): void {
    for (const group of [...this.root.querySelectorAll(".choices")].slice(0, -KEPT_CHOICES)) retire(group, this.words);
  }

  private personTypes(): void {
    this.say(this.words.personWrites);
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => { if (this.status.textContent === this.words.personWrites) this.say(""); }, TYPING_ENDS);
  }

  private say(text: string, announce = false): void {
    this.status.textContent = text;
    if (announce && text) this.announce(text);
  }

  private stands(standing: Standing): void {
    this.presence.hidden = !standing.person;
    this.presence.textContent = this.words.talking;
    this.fillMenu();
    this.emit("okienko-standing", { matters: standing.matters, profile: standing.profile, live: standing.live });
  }

  private toggleMenu(): void {
    this.fillMenu();
    this.menu.hidden = !this.menu.hidden;
    this.menuButton.setAttribute("aria-expanded", String(!this.menu.hidden));
  }

  private fillMenu(): void {
    if (!this.talk) return;
    const { matters, profile } = this.talk.standing;
    const focused = this.menu.contains(this.root.activeElement) ? (this.root.activeElement as HTMLElement).dataset.name : undefined;
    const tabs = PROFILES.map((name) => this.tab(name, name === profile));
    const open = matters.map((matter) => element("li", {}, this.matter(matter.id, matter.title, matter.standing)));
    this.menu.replaceChildren(
      element("fieldset", {}, element("legend", {}, this.words.profile), ...tabs),
      element("h3", {}, this.words.matters),
      open.length ? element("ul", { class: "matters" }, ...open) : element("p", {}, this.words.noMatters),
      button(this.words.copyOfData, () => void this.downloadData(), { class: "plainly", "data-name": "data" }), " ",
      button(this.words.erase, () => this.askErase(), { class: "plainly", "data-name": "erase" }),
    );
    if (focused) this.menu.querySelector<HTMLElement>(`[data-name="${focused}"]`)?.focus();
  }

  private tab(name: string, chosen: boolean): HTMLElement {
    const radio = element("input", { type: "radio", name: "profile", value: name, checked: chosen, "data-name": name });
    radio.addEventListener("change", () => void this.send({ profile: name }, this.profileName(name)));
    return element("label", { class: "tab" }, radio, element("span", {}, this.profileName(name)));
  }

  private matter(id: string, title: string, standing: string): HTMLElement {
    const node = button(title, () => { this.toggleMenu(); this.menuButton.focus(); void this.send({ open: id }, title); }, { "data-name": id });
    node.append(element("small", {}, standing));
    return node;
  }

  private profileName(name: string): string {
    return (this.words as unknown as Record<string, string>)[name] ?? name;
  }

  private askErase(): void {
    const keep = button(this.words.noErase, () => { this.fillMenu(); this.menuButton.focus(); }, { class: "plainly" });
    this.menu.replaceChildren(element("p", {}, this.words.confirm), button(this.words.yesErase, () => void this.erase(), { class: "plainly" }), " ", keep);
    keep.focus();
  }

  private async downloadData(): Promise<void> {
    try {
      if (!this.talk.begun) await this.begin();
      const address = URL.createObjectURL(new Blob([JSON.stringify(await this.talk.copyOfData(), null, 1)], { type: "application/json" }));
      element("a", { href: address, download: "okienko-moje-dane.json" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      this.say(error instanceof Refused && error.message ? error.message : this.words.offline, true);
    }
  }

  private async erase(): Promise<void> {
    if (!this.menu.hidden) this.toggleMenu();
    this.menuButton.focus();
    try {
      const receipt = this.talk.begun ? await this.talk.erase() : { items: [] };
      const lines = receipt.items.map((item) => `${item.what}: ${item.count}`).join(", ");
      this.log.replaceChildren();
      this.started = false;
      await this.begin();
      this.notice(`${this.words.erased}${lines ? ` (${lines})` : ""}.`);
      this.emit("okienko-erased");
    } catch (error) {
      this.say(error instanceof Refused && error.message ? error.message : this.words.offline, true);
    }
  }

  private emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get("okienko-chat")) customElements.define("okienko-chat", OkienkoChat);
