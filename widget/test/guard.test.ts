// The guard in the browser and the mask on the server give the same answers (tests/contracts/personal_data.json).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { guard } from "../src/guard";
import { jittered } from "../src/conversation";
import { LANGUAGES, fill, wordsOf } from "../src/words";

const vectors = JSON.parse(readFileSync(new URL("../../tests/contracts/personal_data.json", import.meta.url), "utf-8")) as { text: string; masked: string }[];

for (const { text, masked } of vectors) {
  test(`masks as the server does: ${text}`, () => assert.equal(guard(text).masked, masked));
}

test("names what it found, each once", () => {
  assert.deepEqual(guard("44051401359, 44051401359, a@example.org").kinds, ["e-mail", "PESEL"]);
  assert.deepEqual(guard("kiedy złożyć ZUS RCA?").kinds, []);
});

test("every language has every word, with the same places to fill", () => {
  const places = (text: string) => (text.match(/\{\d\}/g) ?? []).sort().join();
  for (const [name, words] of Object.entries(LANGUAGES)) {
    for (const [key, text] of Object.entries(LANGUAGES.pl ?? {})) {
      const mine = (words as Record<string, string>)[key];
      assert.equal(typeof mine, "string", `${name}.${key}`);
      if (key !== "note") assert.ok(mine?.trim(), `${name}.${key}`);
      assert.equal(places(mine ?? ""), places(text), `${name}.${key}`);
    }
  }
  assert.equal(wordsOf("uk-UA").close, "Закрити");
  assert.equal(wordsOf("fr").close, "Zamknij");
  assert.equal(fill("krok {0} z {1}", 3, 7), "krok 3 z 7");
});

test("pauses are never in step", () => {
  const found = new Set(Array.from({ length: 20 }, () => jittered(1000)));
  assert.ok(found.size > 15 && [...found].every((pause) => pause >= 500 && pause < 1500));
});
