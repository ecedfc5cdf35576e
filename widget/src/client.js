// The conversation behind the window: begins, resumes by cursor, sends each message once, whatever the network does.
// While people may speak in it, it listens: through a socket, or, where sockets fail, by asking again and again.

const KEY = "okienko";
const ASK_EVERY = 4000;
const TYPING_EVERY = 2500;
const LONGEST_WAIT = 60000;

export class Client extends EventTarget {
  constructor(base, context) {
    super();
    this.base = base;
    this.context = context;
    this.cursor = 0;
    this.sending = Promise.resolve();
    this.saved = load();
    this.mine = new Set();
    this.live = false;
    this.failures = 0;
    this.typed = 0;
  }

  async start() {
    if (this.saved) {
      await this.call("POST", `/conversations/${this.saved.id}/resume`, {}).catch(() => {});
      const history = await this.call("GET", `/conversations/${this.saved.id}/messages?after=0`).catch((error) => error);
      if (!(history instanceof Error)) {
        this.cursor = history.cursor;
        this.listen(history.live);
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
        const before = this.live;
        this.mine.add(body.client_id);
        const answer = await this.call("POST", `/conversations/${this.saved.id}/messages`, body);
        // Where people may speak in between, everything comes by its number in order, so that nothing is shown twice.
        if (before) await this.ask().catch(() => {});
        else this.cursor = answer.cursor;
        this.listen(answer.live);
        return before ? [] : answer.replies;
      } catch (error) {
        if ((error.status && error.status < 500) || attempt >= 4) throw error;
        this.dispatchEvent(new CustomEvent("waiting"));
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt * (0.5 + Math.random())));
      }
    }
  }

  // Show what is newer than the cursor, each once; the client's own words are shown already.
  receive(messages) {
    for (const message of messages) {
      if (message.seq <= this.cursor) continue;
      this.cursor = message.seq;
      if (!this.mine.delete(message.client_id)) this.dispatchEvent(new CustomEvent("message", { detail: message }));
    }
  }

  async ask() {
    const saved = this.saved;
    const news = await this.call("GET", `/conversations/${saved.id}/messages?after=${this.cursor}`);
    if (saved !== this.saved) return;
    this.receive(news.messages);
    this.listen(news.live);
  }

  // Begin or end listening, as the service says that people may speak here or no longer.
  listen(live) {
    if (Boolean(live) === this.live) return;
    this.live = Boolean(live);
    if (this.live) this.connect();
    else this.hush();
  }

  hush() {
    this.live = false;
    clearTimeout(this.again);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  connect() {
    if (!this.live || !this.saved) return;
    let socket;
    try {
      socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/api/v1/conversations/${this.saved.id}/socket`);
    } catch {
      this.retry();
      return;
    }
    this.socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify({ token: this.saved?.token || "", after: this.cursor })));
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(event.data);
      this.failures = 0;
      if (frame.type === "messages") this.receive(frame.messages);
      if (frame.type === "typing") this.dispatchEvent(new CustomEvent("typing"));
    });
    socket.addEventListener("close", () => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.retry();
    });
  }

  // Without a socket ask now and then, and try to open one ever less often.
  retry() {
    this.failures += 1;
    const pause = Math.min(1000 * 2 ** this.failures, LONGEST_WAIT);
    const until = Date.now() + pause;
    const step = async () => {
      if (!this.live) return;
      await this.ask().catch((error) => { if (error.status === 404) this.hush(); });
      if (!this.live) return;
      if (Date.now() >= until) this.connect();
      else this.again = setTimeout(step, ASK_EVERY);
    };
    this.again = setTimeout(step, Math.min(pause, ASK_EVERY));
  }

  // Tell the person that the client types; not kept, and told at most once in a while.
  typing() {
    if (this.socket?.readyState !== WebSocket.OPEN || Date.now() - this.typed < TYPING_EVERY) return;
    this.typed = Date.now();
    this.socket.send(JSON.stringify({ type: "typing" }));
  }

  async erase() {
    const answer = await this.call("DELETE", `/conversations/${this.saved.id}`);
    this.hush();
    this.cursor = 0;
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
