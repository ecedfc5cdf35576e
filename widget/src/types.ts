// What the service says, as far as the window shows it; the whole is in docs/api.md.

export interface Choice { id: string; label: string }
export interface Link { title: string; url: string }
export interface Term { said: string; text: string }
export interface Deadline { text: string; date?: string; reason?: string; calendar?: string }
export interface Form { symbol: string; title: string; url?: string }
export interface Place { label: string; url?: string }
export interface Item { position: number; title: string; deadline?: Deadline; forms?: Form[] }

export interface Reply {
  kind: string; text?: string; title?: string; level?: string; choices?: Choice[]; question?: string; input?: string; lang?: string;
  case?: { id: string; title: string }; position?: number; of?: number; why?: string; hint?: string; only_if?: string; simple?: string;
  terms?: Term[]; forms?: Form[]; attach?: string[]; where?: Place[]; deadline?: Deadline; late?: string; caution?: string;
  links?: Link[] | Record<string, string>; items?: Item[]; take_along?: string[]; card?: string; code?: string; url?: string;
  number?: string; promised_on?: string; name?: string; understood?: { id: string; title: string };
}

export type Author = "client" | "bot" | "person";
export interface Message { seq: number; author: Author; body: Reply; client_id?: string | null }
export interface Matter { id: string; title: string; standing: string }
export interface Standing { live: boolean; person: boolean; matters: Matter[]; profile: string | null }
export interface Act { text?: string; choice?: string; open?: string; profile?: string }
export interface Receipt { items: { what: string; count: number }[] }
