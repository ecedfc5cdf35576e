// What the window keeps in the browser: the conversation's key, an unsent draft, whether it is open. A browser that keeps
// nothing still talks; the conversation then ends with the page.

export interface Saved { id: string; token: string }

export class Keep {
  private memory = new Map<string, string>();

  constructor(private prefix: string) {}

  conversation(): Saved | null {
    try {
      const found = JSON.parse(this.read("local", "") ?? "null") as Partial<Saved> | null;
      return found && typeof found.id === "string" && typeof found.token === "string" ? { id: found.id, token: found.token } : null;
    } catch {
      return null;
    }
  }

  setConversation(saved: Saved | null): void {
    this.write("local", "", saved && JSON.stringify(saved));
  }

  get draft(): string { return this.read("session", "-draft") ?? ""; }
  set draft(text: string) { this.write("session", "-draft", text || null); }

  get open(): boolean { return this.read("session", "-open") === "1"; }
  set open(shown: boolean) { this.write("session", "-open", shown ? "1" : null); }

  // Another tab of the same site began, changed or erased the conversation.
  watch(changed: () => void): void {
    addEventListener("storage", (event) => { if (event.key === this.prefix) changed(); });
  }

  private store(where: "local" | "session"): Storage | null {
    try {
      return where === "local" ? localStorage : sessionStorage;
    } catch {
      return null;
    }
  }

  private read(where: "local" | "session", name: string): string | null {
    try {
      return this.store(where)?.getItem(this.prefix + name) ?? this.memory.get(name) ?? null;
    } catch {
      return this.memory.get(name) ?? null;
    }
  }

  private write(where: "local" | "session", name: string, value: string | null): void {
    if (value === null) this.memory.delete(name);
    else this.memory.set(name, value);
    try {
      if (value === null) this.store(where)?.removeItem(this.prefix + name);
      else this.store(where)?.setItem(this.prefix + name, value);
    } catch {
      // Kept in memory.
    }
  }
}
