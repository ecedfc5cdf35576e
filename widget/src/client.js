// The conversation behind the window: begins, resumes by cursor, sends each message once, whatever the network does.

const KEY = "okienko";

export class Client extends EventTarget {
  constructor(base, context) {
    super();
    this.base = base;
    this.context = context;
    this.cursor = 0;
    this.sending = Promise.resolve();
    this.saved = load();
  }

  async start() {
    if (this.saved) {
      const history = await this.call("GET", `/conversations/${this.saved.id}/messages?after=0`).catch((error) => error);
      if (!(history instanceof Error)) {
        this.cursor = history.cursor;
        return history.messages;
      }
      if (history.status !== 404) throw history;
      forget();
    }
    const begun = await this.call("POST", "/conversations", { ...this.context, channel: "widget" });
    this.saved = { id: begun.id, token: begun.token };
    save(this.saved);
    this.cursor = begun.cursor;
    return begun.replies.map((body) => ({ author: "bot", body }));
  }

  // Messages go one after another; a failed one is tried again with the same client_id, so it is never taken twice.
  send(message) {
    const body = { ...message, client_id: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) };
    this.sending = this.sending.catch(() => {}).then(() => this.deliver(body));
    return this.sending;
  }

  async deliver(body) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.call("POST", `/conversations/${this.saved.id}/messages`, body);
        this.cursor = answer.cursor;
        return answer.replies;
      } catch (error) {
        if ((error.status && error.status < 500) || attempt >= 4) throw error;
        this.dispatchEvent(new CustomEvent("waiting"));
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt * (0.5 + Math.random())));
      }
    }
  }

  async erase() {
    const answer = await this.call("DELETE", `/conversations/${this.saved.id}`);
    forget();
    this.saved = null;
    return answer.receipt;
  }

  async call(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.saved) headers.Authorization = `Bearer ${this.saved.token}`;
    const response = await fetch(`${this.base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const data = await response.json().catch(() => ({}));
    if (!response.ok) {
      const error = new Error(data.error?.message || "Nie udało się połączyć. Spróbuj ponownie.");
      error.status = response.status;
      throw error;
    }
    return data;
  }
}

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function save(value) {
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still talks; the conversation ends with the page.
  }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
