// The conversation behind the window: begins, resumes by cursor, sends each thing once whatever the network does, and while
// people may speak listens through a socket or, where sockets fail, by asking again and again.

import type { Keep, Saved } from "./keep";
import type { Act, Message, Receipt, Reply, Standing } from "./types";

const ASK_EVERY = 4000;
const TYPING_EVERY = 2500;
const LONGEST_WAIT = 60_000;
const TRIES = 6;

export class Refused extends Error {
  constructor(message: string, readonly status: number, readonly wait: number) { super(message); }
}

export interface Listener {
  message(message: Message): void;
  standing(standing: Standing): void;
  typing(): void;
  waiting(): void;
  gone(): void;
}

interface Answer extends Partial<Standing> { replies: Reply[]; cursor: number }
interface News extends Partial<Standing> { messages: Message[]; cursor: number }

export class Conversation {
  standing: Standing = { live: false, person: false, matters: [], profile: null };
  private cursor = 0;
  private mine = new Set<string>();
  private sending: Promise<unknown> = Promise.resolve();
  private socket: WebSocket | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private typed = 0;
  private saved: Saved | null;
  private tabs: BroadcastChannel | null = null;

  constructor(private base: string, private keep: Keep, private listener: Listener, private context: () => Record<string, string | undefined>) {
    this.saved = keep.conversation();
    if ("BroadcastChannel" in globalThis) {
      this.tabs = new BroadcastChannel("okienko");
      this.tabs.onmessage = () => { if (this.saved) void this.ask().catch(() => {}); };
    }
  }

  get begun(): boolean { return this.saved !== null; }

  async start(): Promise<Message[]> {
    if (this.saved) {
      await this.call("POST", `/conversations/${this.saved.id}/resume`, {}).catch(() => {});
      try {
        const history = await this.call<News>("GET", `/conversations/${this.saved.id}/messages?after=0`);
        this.cursor = history.cursor;
        this.stands(history);
        return history.messages;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error;
        this.forget();
      }
    }
    return this.begin();
  }

  // Things go one after another; what failed is tried again with the same client_id, so it is never taken twice.
  send(act: Act): Promise<Reply[]> {
    const body = { ...act, client_id: unique() };
    const done = this.sending.catch(() => {}).then(() => this.deliver(body));
    this.sending = done;
    return done;
  }

  typing(): void {
    if (this.socket?.readyState !== WebSocket.OPEN || Date.now() - this.typed < TYPING_EVERY) return;
    this.typed = Date.now();
    this.socket.send('{"type":"typing"}');
  }

  async erase(): Promise<Receipt> {
    const answer = await this.call<{ receipt: Receipt }>("DELETE", `/conversations/${this.saved?.id}`);
    this.forget();
    return answer.receipt;
  }

  // Everything kept of this talk, as the service gives it out.
  copyOfData(): Promise<unknown> {
    return this.call<unknown>("GET", `/conversations/${this.saved?.id}/export`);
  }

  forget(): void {
    this.hush();
    this.cursor = 0;
    this.saved = null;
    this.keep.setConversation(null);
    this.standing = { live: false, person: false, matters: [], profile: null };
    this.listener.standing(this.standing);
  }

  // Another tab has another conversation, or none any more.
  changedElsewhere(): boolean {
    const now = this.keep.conversation();
    if (now?.id === this.saved?.id) return false;
    this.hush();
    this.saved = now;
    this.cursor = 0;
    return true;
  }

  hush(): void {
    clearTimeout(this.again);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  // The network is back: ask for what was missed, and open the socket anew.
  wake(): void {
    if (!this.saved) return;
    void this.ask().catch(() => {});
    if (this.standing.live && !this.socket) { clearTimeout(this.again); this.failures = 0; this.connect(); }
  }

  private async begin(): Promise<Message[]> {
    const begun = await this.call<Answer & { id: string; token: string }>("POST", "/conversations", { ...this.context(), channel: "widget" });
    this.saved = { id: begun.id, token: begun.token };
    this.keep.setConversation(this.saved);
    this.cursor = begun.cursor;
    return begun.replies.map((body, place) => ({ seq: place + 1, author: "bot" as const, body }));
  }

  private async deliver(body: Act & { client_id: string }): Promise<Reply[]> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (!this.saved) for (const message of await this.begin()) this.listener.message(message);
        const before = this.standing.live;
        this.mine.add(body.client_id);
        const answer = await this.call<Answer>("POST", `/conversations/${this.saved?.id}/messages`, body);
        // Where people may speak in between, everything comes by its number in order, so that nothing is shown twice.
        if (before) await this.ask().catch(() => {});
        else this.cursor = answer.cursor;
        this.stands(answer);
        this.tabs?.postMessage("");
        return before ? [] : answer.replies;
      } catch (error) {
        const status = error instanceof Refused ? error.status : 0;
        if (status === 404) { this.forget(); this.listener.gone(); continue; }
        const passing = status === 0 || status === 429 || status >= 500;
        if (!passing || attempt + 1 >= TRIES) throw error;
        this.listener.waiting();
        await pause(error instanceof Refused && error.wait ? error.wait : jittered(500 * 2 ** attempt));
      }
    }
  }

  // Show what is newer than the cursor, each once; the client's own words are shown already.
  private receive(messages: Message[]): void {
    for (const message of messages) {
      if (message.seq <= this.cursor) continue;
      this.cursor = message.seq;
      if (!message.client_id || !this.mine.delete(message.client_id)) this.listener.message(message);
    }
  }

  private async ask(): Promise<void> {
    const saved = this.saved;
    const news = await this.call<News>("GET", `/conversations/${saved?.id}/messages?after=${this.cursor}`);
    if (saved !== this.saved) return;
    this.receive(news.messages);
    this.stands(news);
  }

  // Begin or end listening, as the service says that people may speak here or no longer.
  private stands(answer: Partial<Standing>): void {
    const before = this.standing.live;
    this.standing = { live: answer.live ?? before, person: answer.person ?? this.standing.person, matters: answer.matters ?? this.standing.matters, profile: answer.profile ?? this.standing.profile };
    this.listener.standing(this.standing);
    if (this.standing.live && !before) this.connect();
    if (!this.standing.live && before) this.hush();
  }

  private connect(): void {
    if (!this.standing.live || !this.saved) return;
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/api/v1/conversations/${this.saved.id}/socket`);
    } catch {
      this.retry();
      return;
    }
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ token: this.saved?.token ?? "", after: this.cursor }));
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(event.data) as { type: string; messages?: Message[] };
      this.failures = 0;
      if (frame.type === "messages") this.receive(frame.messages ?? []);
      if (frame.type === "messages" && frame.messages?.some((message) => message.author !== "client")) void this.ask().catch(() => {});
      if (frame.type === "typing") this.listener.typing();
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.retry();
    };
  }

  // Without a socket ask now and then, and try to open one ever less often, never in step with other windows.
  private retry(): void {
    this.failures += 1;
    const until = Date.now() + jittered(Math.min(1000 * 2 ** this.failures, LONGEST_WAIT));
    const step = async (): Promise<void> => {
      if (!this.standing.live) return;
      await this.ask().catch((error) => { if (error instanceof Refused && error.status === 404) this.forget(); });
      if (!this.standing.live) return;
      if (Date.now() >= until) this.connect();
      else this.again = setTimeout(() => void step(), jittered(ASK_EVERY));
    };
    this.again = setTimeout(() => void step(), Math.min(until - Date.now(), ASK_EVERY));
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (this.saved) headers.Authorization = `Bearer ${this.saved.token}`;
    const init: RequestInit = { method, headers, credentials: "omit" };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`${this.base}/api/v1${path}`, init);
    const data = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(data.error?.message ?? "", response.status, 1000 * Math.min(60, Number(response.headers.get("Retry-After")) || 0));
    return data as T;
  }
}

// randomUUID is there only in secure contexts; a test site over plain HTTP talks too.
function unique(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random());
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
