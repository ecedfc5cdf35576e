/** Keys of the consultant's guide. Whatever a key does, a link or a field of the page does too, so the page works without this. */

const SWITCH = "okienko-skroty";
const SIMPLE = "okienko-prosciej";
const TEXT = "input, textarea, select, [contenteditable]";
const NAMES = { b: "b Backspace", D: "Shift+D" };

const keyed = () => [...document.querySelectorAll("[data-key]")];
const simple = () => [...document.querySelectorAll("details.simple")];

/** What a browser keeps for this page; a browser that keeps nothing forgets it. */
const memory = {
  read(kind, name) {
    try { return window[kind].getItem(name); } catch { return null; }
  },
  write(kind, name, value) {
    try { window[kind].setItem(name, value); } catch { /* nothing to do: the choice holds for this page */ }
  },
};

let enabled = memory.read("localStorage", SWITCH) !== "off";

/** Tell the switch and assistive technology whether the keys work. */
function announce() {
  const button = document.getElementById("skroty");
  button.hidden = false;
  document.documentElement.dataset.keys = enabled ? "on" : "off";
  button.textContent = `Skróty klawiszowe: ${enabled ? "włączone" : "wyłączone"}`;
  for (const node of keyed()) {
    if (enabled) node.setAttribute("aria-keyshortcuts", NAMES[node.dataset.key] ?? node.dataset.key);
    else node.removeAttribute("aria-keyshortcuts");
  }
}

/** The key as the page names it: letters do not mind Caps Lock, Backspace is a way back. */
function named(event) {
  if (event.key === "Backspace") return "b";
  if (!/^\p{L}$/u.test(event.key)) return event.key;
  return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
}

function showSimple(open) {
  for (const node of simple()) node.open = open;
  memory.write("sessionStorage", SIMPLE, open ? "on" : "off");
}

function act(node) {
  if (node.dataset.key === "s") {
    showSimple(!node.parentElement.open);
  } else if (node.matches(TEXT)) {
    node.focus();
    node.select();
  } else {
    node.focus();
    node.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest(TEXT)) {
    if (event.key === "Escape") document.getElementById("tresc").focus();
    return;
  }
  const node = enabled ? keyed().find((item) => item.dataset.key === named(event)) : undefined;
  if (!node) return;
  event.preventDefault();
  act(node);
});

document.getElementById("skroty").addEventListener("click", () => {
  enabled = !enabled;
  memory.write("localStorage", SWITCH, enabled ? "on" : "off");
  announce();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    let copied = true;
    try { await navigator.clipboard.writeText(field.value); } catch { copied = document.execCommand("copy"); }
    document.getElementById("skopiowano").textContent = copied ? "Skopiowano." : "Nie udało się. Adres jest zaznaczony: skopiuj go sam lub sama.";
  });
}

if (memory.read("sessionStorage", SIMPLE) === "on") showSimple(true);
announce();
