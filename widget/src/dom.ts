// Elements, with text as text nodes only: nothing that comes over the network is ever read as markup.

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

export function paragraphs(text: string | undefined): HTMLElement[] {
  return lines(text).map((line) => element("p", {}, line));
}

export function lines(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter(Boolean);
}

export function button(label: string, act: () => void, attributes: Record<string, Value> = {}): HTMLButtonElement {
  const node = element("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", act);
  return node;
}
