// Replies as elements, and as what a screen reader is told of them, once.

import { button, element, lines, paragraphs, type Child } from "./dom";
import type { Author, Choice, Deadline, Form, Link, Reply, Term } from "./types";
import { fill, type Words } from "./words";

export interface Setting { words: Words; server: string; choose(choice: Choice): void; say(text: string): void }

export function bubble(author: Author, reply: Reply, setting: Setting): HTMLLIElement {
  const { words } = setting;
  const kind = reply.kind || "text";
  const who = author === "client" ? words.you : author === "bot" ? words.bot : "";
  const item = element("li", { class: `said ${author} is-${kind} ${kind === "notice" ? reply.level ?? "info" : ""}`, lang: reply.lang ?? "pl" });
  item.append(...kept([who && element("span", { class: "hidden" }, `${who} `), author === "person" && element("p", { class: "name" }, speaker(reply, words)), ...body(kind, reply, setting)]));
  if (reply.choices?.length) item.append(choices(reply.choices, setting));
  return item;
}

export function spoken(author: Author, reply: Reply, words: Words): string {
  const head = reply.kind === "step" && reply.of ? `${fill(words.step, reply.position ?? 0, reply.of)}. ${reply.title}.` : reply.title;
  const due = reply.deadline && `${words.deadline}: ${reply.deadline.text}.`;
  const options = reply.choices?.length ? `${words.options} ${reply.choices.map((choice) => choice.label).join(", ")}.` : "";
  return kept([author === "person" && speaker(reply, words), head, reply.text, due, options]).join(" ");
}

function body(kind: string, reply: Reply, setting: Setting): Child[] {
  if (kind === "step") return step(reply, setting);
  if (kind === "checklist") return checklist(reply, setting);
  if (kind === "card") return card(reply, setting);
  if (kind === "ticket") return ticket(reply, setting);
  return [...explained(reply.text, reply.terms), aside(reply.why), aside(reply.hint)];
}

function step(reply: Reply, setting: Setting): Child[] {
  const { words } = setting;
  const of = reply.of ?? 0;
  return [
    of > 0 && element("p", { class: "progress" }, `${reply.case?.title ?? ""}: ${fill(words.step, reply.position ?? 0, of)}`),
    of > 0 && element("progress", { max: of, value: reply.position, "aria-hidden": "true" }),
    element("h3", {}, reply.title),
    aside(reply.only_if),
    ...explained(reply.text, reply.terms),
    aside(reply.why),
    facts(reply, setting),
    reply.caution && element("p", { class: "caution" }, element("strong", {}, `${words.caution} `), reply.caution),
    ...linkList(reply.links, setting),
    reply.simple && element("details", {}, element("summary", {}, words.simply), ...paragraphs(reply.simple)),
  ];
}

function facts(reply: Reply, setting: Setting): Child {
  const { words } = setting;
  const rows: HTMLElement[] = [];
  if (reply.deadline) rows.push(field(words.deadline, ...deadline(reply.deadline, setting)));
  if (reply.forms?.length) rows.push(field(words.form, ...reply.forms.map((form) => element("div", {}, ...formLine(form, setting)))));
  if (reply.attach?.length) rows.push(field(words.prepare, reply.attach.join("; ")));
  if (reply.where?.length) rows.push(field(words.where, ...reply.where.flatMap((place, number) => [number ? ", " : "", anchor(place.label, place.url, setting)])));
  if (reply.late) rows.push(field(words.late, reply.late));
  return rows.length > 0 && element("dl", {}, ...rows);
}

function formLine(form: Form, setting: Setting): Child[] {
  return [anchor(form.symbol, form.url, setting), form.title !== form.symbol && ` – ${form.title}`];
}

function deadline(due: Deadline, setting: Setting): Child[] {
  return [element("strong", {}, due.text), ...paragraphs(due.reason), due.calendar && element("p", {}, anchor(setting.words.calendar, due.calendar, setting))];
}

function checklist(reply: Reply, setting: Setting): Child[] {
  const { words } = setting;
  const list = element("ol", {}, ...(reply.items ?? []).map((item) =>
    element("li", {}, item.title, item.forms?.length ? element("span", { class: "aside" }, ` [${item.forms.map((form) => form.symbol).join(", ")}]`) : null,
      item.deadline && element("strong", {}, ` (${item.deadline.text})`))));
  const links = (reply.links ?? {}) as Record<string, string>;
  const dated = (reply.items ?? []).some((item) => item.deadline?.date);
  const versions = [["html", words.whole], ["pdf", words.pdf], ["text", words.plain], ["calendar", words.dates]] as const;
  const shown = versions.filter(([key]) => links[key] && (key !== "calendar" || dated));
  const papers = reply.take_along?.length ? [element("h4", {}, words.takeAlong), element("ul", {}, ...reply.take_along.map((paper) => element("li", {}, paper)))] : [];
  return [element("h3", {}, reply.title), ...paragraphs(reply.text), list, ...papers, element("ul", { class: "versions" }, ...shown.map(([key, name]) => element("li", {}, anchor(name, links[key], setting))))];
}

function card(reply: Reply, setting: Setting): Child[] {
  const { words, server } = setting;
  const code = reply.card === "code" && reply.code;
  return [
    element("h3", {}, reply.title),
    code && codeLine(code, setting),
    ...paragraphs(reply.text),
    ...linkList(reply.links, setting),
    reply.url && element("p", {}, anchor(words.elsewhere, reply.url, setting)),
    code && picture(`${server}/wroc/qr.svg?kod=${encodeURIComponent(code)}`, words.qr),
  ];
}

function ticket(reply: Reply, setting: Setting): Child[] {
  const { words } = setting;
  const rows = [field(words.number, element("strong", {}, reply.number)), field(words.code, codeLine(reply.code ?? "", setting))];
  if (reply.promised_on) rows.push(field(words.promised, reply.promised_on.split("-").reverse().join(".")));
  return [...paragraphs(reply.text), element("dl", {}, ...rows)];
}

function codeLine(code: string, { words, say }: Setting): HTMLElement {
  const copy = button(words.copy, () => void navigator.clipboard?.writeText(code).then(() => say(words.copied), () => {}), { class: "small" });
  return element("p", { class: "codeline" }, element("strong", { class: "code" }, code), " ", "clipboard" in navigator && copy);
}

// A host page whose policy lets no foreign pictures in simply has none: the code itself is text.
function picture(url: string, alt: string): HTMLElement {
  const image = element("img", { src: url, alt, class: "qr", width: 160, height: 160, loading: "lazy" });
  image.addEventListener("error", () => image.remove());
  return image;
}

function choices(options: Choice[], setting: Setting): HTMLElement {
  const group = element("div", { class: "choices", role: "group", "aria-label": setting.words.choices });
  for (const choice of options) {
    const node = button(choice.label, () => {
      if (node.getAttribute("aria-disabled") === "true") return;
      retire(group, setting.words);
      node.classList.add("chosen");
      node.setAttribute("aria-description", setting.words.used);
      setting.choose(choice);
    }, { class: "choice" });
    group.append(node);
  }
  return group;
}

// Buttons of a question that is behind us stay in place and can be reached, but no longer act, and say so.
export function retire(group: Element, words: Words): void {
  for (const node of group.children) {
    node.setAttribute("aria-disabled", "true");
    if (!node.classList.contains("chosen")) node.setAttribute("aria-description", words.past);
  }
}

// The words of a text that the glossary explains open their explanation in place; the rest stays plain text.
function explained(text: string | undefined, terms: Term[] | undefined): HTMLElement[] {
  const left = [...(terms ?? [])];
  return lines(text).map((line) => {
    const paragraph = element("div", { class: "line" });
    let rest = line;
    for (;;) {
      const next = left.map((term): [number, Term] => [rest.indexOf(term.said), term]).filter(([place]) => place >= 0).sort((one, other) => one[0] - other[0])[0];
      if (!next) break;
      const [place, term] = next;
      left.splice(left.indexOf(term), 1);
      paragraph.append(rest.slice(0, place), element("details", { class: "term" }, element("summary", {}, term.said), element("span", {}, ` ${term.text} `)));
      rest = rest.slice(place + term.said.length);
    }
    paragraph.append(rest);
    return paragraph;
  });
}

function linkList(links: Reply["links"], setting: Setting): HTMLElement[] {
  return Array.isArray(links) ? links.map((item: Link) => element("p", {}, anchor(item.title, item.url, setting))) : [];
}

// Addresses of the service's own pages come without its name; they lead to where Okienko is, not to the host page.
function anchor(title: string, path: string | undefined, { server, words }: Setting): Child {
  const url = /^\/(?!\/)/.test(path ?? "") ? server + path : path ?? "";
  if (!/^https?:\/\//.test(url)) return title;
  return element("a", { href: url, target: "_blank", rel: "noopener" }, title, element("span", { class: "hidden" }, ` (${words.newTab})`));
}

function field(label: string, ...content: Child[]): HTMLElement {
  return element("div", { class: "field" }, element("dt", {}, label), element("dd", {}, ...content));
}

function aside(text: string | undefined): Child {
  return text && element("p", { class: "aside" }, text);
}

function speaker(reply: Reply, words: Words): string {
  return reply.name && reply.name !== "Konsultant" ? `${words.person} ${reply.name}:` : `${words.person}:`;
}

function kept<T>(items: (T | null | undefined | false | "")[]): T[] {
  return items.filter((item): item is T => Boolean(item));
}
