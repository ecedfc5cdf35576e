// While a training goes on, its progress is asked for and shown; without this script the page has a link that does the same.
const place = document.getElementById("trening");
const EVERY = 3000;

async function look() {
  let found;
  try {
    const response = await fetch(place.dataset.address, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    found = await response.json();
  } catch {
    setTimeout(look, EVERY * 3);
    return;
  }
  const told = place.querySelector("[data-told]");
  if (told.textContent !== found.told) told.textContent = found.told;
  place.querySelector("[data-lines]").textContent = found.lines.join("\n");
  if (found.state === "running") setTimeout(look, EVERY);
  else place.querySelector("[data-again]")?.remove();
}

if (place?.dataset.running) setTimeout(look, EVERY);
