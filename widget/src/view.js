// Replies as elements. Text goes in as text nodes only; nothing from the server is ever read as markup.

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function paragraphs(text) {
  return String(text || "").split("\n").filter(Boolean).map((line) => element("p", {}, line));
}

// The words of a text that the glossary explains open their explanation in place; the rest stays plain text.
function explained(text, terms) {
  const lines = [];
  const left = [...(terms || [])];
  for (const line of String(text || "").split("\n").filter(Boolean)) {
    const paragraph = element("div", { class: "line" });
    let rest = line;
    for (;;) {
      const next = left.map((term) => [rest.indexOf(term.said), term]).filter(([place]) => place >= 0).sort((one, other) => one[0] - other[0])[0];
      if (!next) break;
      const [place, term] = next;
      left.splice(left.indexOf(term), 1);
      paragraph.append(rest.slice(0, place), element("details", { class: "term" }, element("summary", {}, term.said), element("span", {}, ` ${term.text} `)));
      rest = rest.slice(place + term.said.length);
    }
    paragraph.append(rest);
    lines.push(paragraph);
  }
  return lines;
}

let server = "";

// Addresses of the service's own pages come without its name; they lead to where Okienko is, not to the host page.
export function useServer(base) {
  server = base;
}

function link(title, path) {
  const url = /^\/(?!\/)/.test(path || "") ? server + path : path;
  if (!/^https?:\/\//.test(url || "")) return document.createTextNode(title);
  return element("a", { href: url, target: "_blank", rel: "noopener" }, title);
}

function labelled(label, ...content) {
  return element("div", { class: "field" }, element("dt", {}, label), element("dd", {}, ...content));
}

function choices(reply, onChoice) {
  if (!reply.choices?.length) return null;
  const group = element("div", { class: "choices", role: "group", "aria-label": "Odpowiedzi do wyboru" });
  for (const choice of reply.choices) {
    const button = element("button", { type: "button", class: "choice" }, choice.label);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      for (const other of group.children) other.setAttribute("aria-disabled", "true");
      button.classList.add("chosen");
      onChoice(choice);
    });
    group.append(button);
  }
  return group;
}

function step(reply) {
  const facts = element("dl", {});
  if (reply.deadline) facts.append(labelled("Termin", reply.deadline.text, ...paragraphs(reply.deadline.reason)));
  if (reply.forms) facts.append(labelled("Formularz", ...reply.forms.flatMap((form) => [link(form.symbol, form.url), ` – ${form.title}`, element("br")])));
  if (reply.attach) facts.append(labelled("Przygotuj", reply.attach.join("; ")));
  if (reply.where) facts.append(labelled("Gdzie", ...reply.where.flatMap((place, number) => [number ? ", " : "", link(place.label, place.url)])));
  if (reply.late) facts.append(labelled("Gdy się spóźnisz", reply.late));
  return [
    element("p", { class: "progress" }, `${reply.case.title}: krok ${reply.position} z ${reply.of}`),
    element("progress", { max: reply.of, value: reply.position, "aria-hidden": "true" }),
    element("h3", {}, reply.title),
    reply.only_if ? element("p", { class: "aside" }, reply.only_if) : null,
    ...explained(reply.text, reply.terms),
    reply.why ? element("p", { class: "aside" }, reply.why) : null,
    facts.children.length ? facts : null,
    reply.caution ? element("p", { class: "caution" }, element("strong", {}, "Uwaga: "), reply.caution) : null,
    ...(reply.links || []).map((item) => element("p", {}, link(item.title, item.url))),
  ];
}

function checklist(reply) {
  const list = element("ol", {});
  for (const item of reply.items) {
    const due = item.deadline ? element("span", { class: "due" }, ` (${item.deadline.text})`) : null;
    const forms = item.forms ? element("span", { class: "aside" }, ` [${item.forms.map((form) => form.symbol).join(", ")}]`) : null;
    list.append(element("li", {}, item.title, forms, due));
  }
  const versions = Object.entries(VERSIONS).filter(([key]) => reply.links?.[key] && (key !== "calendar" || reply.items.some((item) => item.deadline?.date)));
  const papers = reply.take_along ? [element("h4", {}, "Przygotuj i zabierz"), element("ul", {}, ...reply.take_along.map((paper) => element("li", {}, paper)))] : [];
  return [element("h3", {}, reply.title), list, ...papers, element("p", { class: "versions" }, ...versions.flatMap(([key, name], number) => [number ? " · " : "", link(name, reply.links[key])]))];
}

const VERSIONS = { html: "Cała lista", pdf: "PDF", text: "Tekst", calendar: "Terminy do kalendarza" };

function card(reply) {
  const lines = [element("h3", {}, reply.title)];
  if (reply.card === "code") lines.push(element("p", {}, element("strong", { class: "code" }, reply.code)));
  lines.push(...paragraphs(reply.text), ...(reply.links || []).map((item) => element("p", {}, link(item.title, item.url))));
  if (reply.url) lines.push(element("p", {}, link("Otwórz na innym urządzeniu", reply.url)));
  return lines;
}

const BODIES = {
  step,
  checklist,
  card,
  choices: (reply) => [...explained(reply.text, reply.terms), reply.why ? element("p", { class: "aside" }, reply.why) : null, reply.hint ? element("p", { class: "aside" }, reply.hint) : null],
  ticket: (reply) => [
    ...paragraphs(reply.text),
    element("dl", {}, labelled("Numer zgłoszenia", element("strong", {}, reply.number)), labelled("Kod", element("strong", {}, reply.code))),
  ],
};

export function bubble(author, reply, onChoice) {
  const kind = reply.kind || "text";
  const body = (BODIES[kind] || ((other) => paragraphs(other.text)))(reply);
  const level = kind === "notice" ? ` ${reply.level || "info"}` : "";
  const name = author === "person" && element("p", { class: "name" }, speaker(reply));
  const who = { client: "Ty: ", person: "" }[author] ?? "Okienko: ";
  const item = element("li", { class: `said ${author} ${kind}${level}` }, who && element("span", { class: "hidden" }, who), name || null, ...body);
  const buttons = choices(reply, onChoice);
  if (buttons) item.append(buttons);
  return item;
}

function speaker(reply) {
  return reply.name && reply.name !== "Konsultant" ? `Konsultant ${reply.name}:` : "Konsultant:";
}

// What a screen reader is told of a reply, once.
export function spoken(reply, author = "bot") {
  const head = reply.kind === "step" ? `Krok ${reply.position} z ${reply.of}. ${reply.title}.` : reply.title;
  const options = reply.choices?.length ? `Do wyboru: ${reply.choices.map((choice) => choice.label).join(", ")}.` : "";
  return [author === "person" ? speaker(reply) : "", head, reply.text, reply.deadline && `Termin: ${reply.deadline.text}.`, options].filter(Boolean).join(" ");
}
