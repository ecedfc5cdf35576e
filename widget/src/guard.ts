// Personal numbers that Okienko does not need, found before they leave the browser: by their checksums, as the service
// does it again (bot/dialogue/privacy.py). tests/contracts/personal_data.json holds both to the same answers.

// Lengths of account numbers, by country (the registry of ISO 13616), for the countries from which clients of ZUS write.
const IBAN_LENGTHS: Record<string, number> = { AT: 20, BE: 16, BG: 22, CH: 21, CZ: 24, DE: 22, DK: 18, ES: 24, FI: 18, FR: 27, GB: 22, GR: 27, HU: 28, IE: 22, IT: 27, LT: 20, LU: 20, LV: 21, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SK: 24, UA: 29 };

export interface Guarded { masked: string; kinds: string[] }

const GAP = "[ \u00a0\u2009\u202f\u200b-]?";
const DIGITS = new RegExp(`(?<![\\d-])(?:(?<![\\p{L}\\p{N}_])PL${GAP})?\\d(?:${GAP}\\d){8,}(?![\\p{L}\\p{N}_-])`, "giu");
const FOREIGN = new RegExp(`(?<![\\p{L}\\p{N}_])[A-Z]{2}\\d{2}(?:${GAP}[A-Z0-9]){11,30}(?![\\p{L}\\p{N}_])`, "giu");
const EMAIL = /(?<![\p{L}\p{N}_.+-])[\p{L}\p{N}_.+-]+@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
const PHONE = /(?<![\p{L}\p{N}_-])(?:(?:\+48|0048)[ -]?)?(?:[2-8]\d{2}[ -]\d{3}[ -]\d{3}|\d{2}[ -]\d{3}[ -]\d{2}[ -]\d{2}|[4-8]\d{8})(?![\p{L}\p{N}_-])/gu;
const DOCUMENT = /(?<![\p{L}\p{N}_])[A-Z]{3}[ -]?\d{6}(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])[A-Z]{2}[ -]?\d{7}(?![\p{L}\p{N}_])/giu;
const OFFICE = new Set(["225601600", "224440255"]);

// Groups of digits in which numbers are written when several stand beside one another, and in which phone numbers are.
const WRITTEN = new Set(["11", "6-5", "10", "3-3-2-2", "3-2-2-3", "9", "3-3-3", "14", "26", "2-4-4-4-4-4-4", "16", "4-4-4-4", "13", "15", "19"]);
const PHONES: Record<string, string> = { "3-3-3": "2345678", "2-3-2-2": "0123456789", "9": "45678" };
const BEGINNINGS = new Set([...WRITTEN, ...Object.keys(PHONES)].flatMap((form) => form.split("-").map((_, place, parts) => parts.slice(0, place + 1).join("-"))));
const PASSES = 5;

// What a replaced number leaves beside it is looked at again.
export function guard(text: string): Guarded {
  const kinds: string[] = [];
  let masked = text;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = masked;
    masked = guardOnce(before, kinds);
    if (masked === before) break;
  }
  return { masked, kinds };
}

function guardOnce(text: string, kinds: string[]): string {
  const name = (found: string): string => { if (!kinds.includes(found)) kinds.push(found); return `[${found}]`; };
  return text
    .replace(EMAIL, () => name("e-mail"))
    .replace(FOREIGN, (raw) => (isIban(raw.replace(/[^A-Za-z0-9]/g, "").toUpperCase()) ? name("konto") : raw))
    .replace(DIGITS, (raw) => { const found = numberKind(raw.replace(/\D/g, "")); return found ? name(found) : several(raw, name); })
    .replace(DOCUMENT, (raw) => { const found = documentKind(raw.replace(/[ -]/g, "").toUpperCase()); return found ? name(found) : raw; })
    .replace(PHONE, (raw) => (OFFICE.has(raw.replace(/\D/g, "").slice(-9)) ? raw : name("telefon")));
}

// Several numbers beside one another, cut where it hides most; a phone number among them is left for its own turn.
function several(raw: string, name: (kind: string) => string): string {
  const groups = [...raw.matchAll(/\d+/g)].map((found) => ({ start: found.index, digits: found[0] }));
  const hidden = new Array<number>(groups.length + 1).fill(0);
  const cuts = groups.map((_, place) => ({ after: place + 1, kind: "" }));
  for (let first = groups.length - 1; first >= 0; first--) {
    hidden[first] = hidden[first + 1] ?? 0;
    let form = "", digits = "";
    for (let last = first; last < groups.length; last++) {
      const group = groups[last]?.digits ?? "";
      form = form ? `${form}-${group.length}` : String(group.length);
      if (!BEGINNINGS.has(form)) break;
      digits += group;
      const kind = (WRITTEN.has(form) && numberKind(digits)) || "";
      const hides = digits.length + (hidden[last + 1] ?? 0);
      if ((kind || PHONES[form]?.includes(digits[0] ?? "")) && hides > (hidden[first] ?? 0)) {
        hidden[first] = hides;
        cuts[first] = { after: last + 1, kind };
      }
    }
  }
  let told = "", done = 0, place = 0;
  while (place < groups.length) {
    const { after, kind } = cuts[place] ?? { after: place + 1, kind: "" };
    const end = groups[after - 1];
    if (kind && end) {
      told += raw.slice(done, groups[place]?.start) + name(kind);
      done = end.start + end.digits.length;
    }
    place = after;
  }
  return told + raw.slice(done);
}

function numberKind(digits: string): string | null {
  const length = digits.length;
  if (length === 26) return "konto";
  if (length === 11 && isPesel(digits)) return "PESEL";
  if (length === 10 && weighed(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === at(digits, 9)) return "NIP";
  if ((length === 9 || length === 14) && isRegon(digits)) return "REGON";
  if ([13, 15, 16, 19].includes(length) && isLuhn(digits)) return "karta";
  return null;
}

// The birth date inside a PESEL has to be one, with the century told by the month.
function isPesel(digits: string): boolean {
  if ((10 - (weighed(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 !== at(digits, 10)) return false;
  const month = Number(digits.slice(2, 4));
  const century = { 0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800 }[Math.floor(month / 20)] ?? 0;
  const [year, day] = [century + Number(digits.slice(0, 2)), Number(digits.slice(4, 6))];
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, (month % 20) - 1, day);
  return century > 0 && month % 20 >= 1 && month % 20 <= 12 && date.getUTCDate() === day && date <= new Date();
}

function isRegon(digits: string): boolean {
  const short = (weighed(digits, [8, 9, 2, 3, 4, 5, 6, 7]) % 11) % 10 === at(digits, 8);
  return digits.length === 9 ? short : short && (weighed(digits, [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11) % 10 === at(digits, 13);
}

function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((all, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return all + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

// The remainder by 97, with the country and its check digits moved to the end and letters read as numbers (ISO 13616).
function isIban(value: string): boolean {
  const digits = [...(value.slice(4) + value.slice(0, 4))].map((char) => String(parseInt(char, 36))).join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1 && IBAN_LENGTHS[value.slice(0, 2)] === value.length;
}

function documentKind(value: string): string | null {
  const letters = /^[A-Z]{3}/.test(value) ? 3 : 2;
  const numbers = [...value].map((char) => (/\d/.test(char) ? Number(char) : char.charCodeAt(0) - 55));
  const rest = numbers.filter((_, place) => place !== letters);
  const sum = rest.reduce((all, number, place) => all + number * ([7, 3, 1][place % 3] ?? 0), 0);
  if (sum % 10 !== numbers[letters]) return null;
  return letters === 3 ? "dowód" : "paszport";
}

function weighed(digits: string, weights: number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * at(digits, place), 0);
}

function at(digits: string, place: number): number {
  return Number(digits[place]);
}
