/** The console, live: new tickets in the queue, what is said and done in a ticket. Without this every page still works by itself. */

const main = document.getElementById("tresc");
const TYPING_SHOWN = 4000;
const TYPING_TOLD = 2500;

function node(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function time(item) {
  const made = node("time", "", item.at);
  made.dateTime = item.iso;
  return made;
}

/** Whether the reader did anything since the stream began; an idle page does not keep a session alive. */
let active = false;
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { active = true; });

/** Open the stream; the browser comes back by itself after a failure, with the place it has reached. */
function listen(address, handlers) {
  const source = new EventSource(address());
  const broken = document.getElementById("przerwa");
  source.addEventListener("open", () => { broken.hidden = true; });
  source.addEventListener("error", () => { broken.hidden = false; if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(address, handlers), 10000); });
  for (const [name, handle] of Object.entries(handlers)) source.addEventListener(name, (event) => handle(JSON.parse(event.data), event));
  source.addEventListener("koniec", () => {
    source.close();
    if (active) { active = false; listen(address, handlers); } else broken.hidden = false;
  });
}

/* The queue */

let queueState = null;

async function refreshQueue() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) { document.getElementById("przerwa").hidden = false; return; }
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const focused = document.activeElement?.closest("a.ticket")?.getAttribute("href");
  for (const id of ["kolejka", "obecni", "stany"]) document.getElementById(id).replaceWith(fresh.getElementById(id));
  if (focused) document.querySelector(`a.ticket[href="${CSS.escape(focused)}"]`)?.focus();
}

async function queueChanged(state) {
  const first = queueState === null;
  const news = !first && state.newest && state.newest !== queueState.newest;
  queueState = state;
  await refreshQueue();
  if (news) document.getElementById("nowe").textContent = `Nowe zgłoszenie ${state.newest}.`;
}

/** j and k go through the tickets; the switch of the guide turns them off too. */
function moveInQueue(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.documentElement.dataset.keys !== "on") return;
  if (event.target.closest("input, textarea, select") || !["j", "k"].includes(event.key.toLowerCase())) return;
  const links = [...document.querySelectorAll("a.ticket")];
  const at = links.indexOf(document.activeElement);
  const next = links[event.key.toLowerCase() === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/* One ticket */

const seen = { said: 0, happened: 0 };

function showMessage(item) {
  if (item.seq <= seen.said) return;
  seen.said = item.seq;
  document.getElementById("cisza")?.remove();
  const log = document.getElementById("rozmowa");
  const by = node("p", "by", node("strong", "", item.who), " ", time(item));
  log.append(node("li", item.author, by, node("p", "words", item.text)));
  log.scrollTop = log.scrollHeight;
  if (item.author === "client") {
    document.getElementById("pisze").hidden = true;
    document.getElementById("uslyszane").textContent = `Klient: ${item.text}`;
  }
}

function showEvent(item, event) {
  const place = Number(event.lastEventId.split(".")[1]);
  if (place <= seen.happened) return;
  seen.happened = place;
  const line = () => {
    const made = node("li", "", node("p", "by", time(item), " ", node("strong", "", item.who), `: ${item.what}`));
    if (item.text) made.append(node("p", "words", item.text));
    return made;
  };
  document.getElementById("historia").append(line());
  if (item.kind === "note") document.getElementById("notatki").append(line());
}

let typingEnds = 0;

function clientTypes() {
  const sign = document.getElementById("pisze");
  sign.hidden = false;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { sign.hidden = true; }, TYPING_SHOWN);
}

/** What the page offers depends on who has the ticket and whether they talk; an answer alone changes nothing of it. */
function stateChanged(state) {
  const talking = state.talking ? "tak" : "nie";
  const same = state.assignee === main.dataset.assignee && talking === main.dataset.talking && state.team === main.dataset.team;
  const closed = (state.status === "closed") !== (main.dataset.status === "closed");
  document.getElementById("zmiana").hidden = same && !closed;
}

function sendInPlace(form) {
  const field = form.elements.tekst;
  const told = document.getElementById("wyslane");
  let typed = 0;
  field.addEventListener("input", () => {
    if (Date.now() - typed < TYPING_TOLD) return;
    typed = Date.now();
    const token = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "tekst"));
    fetch(form.dataset.typing, { method: "POST", body: token }).catch(() => {});
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.error?.message || "Nie udało się wysłać. Spróbuj jeszcze raz.");
      field.value = "";
      told.textContent = "Odpowiedź wysłana.";
    } catch (error) {
      told.textContent = error.message;
    }
    told.hidden = false;
    delete form.dataset.sending;
    button.removeAttribute("aria-disabled");
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

if (main.dataset.page === "queue") {
  document.addEventListener("keydown", moveInQueue);
  listen(() => main.dataset.live, { zmiana: queueChanged });
} else {
  [seen.said, seen.happened] = main.dataset.place.split(".").map(Number);
  const log = document.getElementById("rozmowa");
  log.scrollTop = log.scrollHeight;
  listen(() => `${main.dataset.live}?od=${seen.said}.${seen.happened}`, { wiadomosc: showMessage, zdarzenie: showEvent, pisze: clientTypes, stan: stateChanged });
  const form = document.getElementById("f-odpowiedz");
  if (form) {
    sendInPlace(form);
    // What stands in the answer box already is not lost when a canned reply is chosen.
    const canned = document.getElementById("f-szablon");
    canned.addEventListener("submit", () => { canned.elements.tekst.value = form.elements.tekst.value; });
  }
}
