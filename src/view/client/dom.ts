/** Elements of the page. Texts reach it as text only; names of elements, classes and attributes are our own. */

/** The element a selector names; the page's HTML and script belong together, so it is there. */
export function need<T extends HTMLElement = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(selector);
  return found;
}

/** A new element of a class, with what stands in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = '',
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (name !== '') element.className = name;
  element.append(...content);
  return element;
}

/** Sets attributes; those that are undefined are left out. */
export function set<E extends Element>(element: E, attributes: Readonly<Record<string, string | undefined>>): E {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  return element;
}

/** A button that does something. */
export function button(
  name: string,
  act: (event: MouseEvent) => void,
  ...content: (Node | string)[]
): HTMLButtonElement {
  const element = make('button', name, ...content);
  element.type = 'button';
  element.addEventListener('click', act);
  return element;
}

/** A table with titles for its columns. */
export function toTable(
  name: string,
  titles: readonly string[],
  rows: readonly HTMLTableRowElement[],
): HTMLTableElement {
  const head = make('tr', '', ...titles.map((words) => set(make('th', '', words), { scope: 'col' })));
  return make('table', name, make('thead', '', head), make('tbody', '', ...rows));
}

export const toTableRow = (name: string, ...cells: (Node | string)[]): HTMLTableRowElement =>
  make('tr', name, ...cells.map((cell) => make('td', '', cell)));

/** What the page was made of; its text, which may be long, is let go. */
export function readData<T>(): T {
  const element = need('#data');
  const data = JSON.parse(element.textContent ?? '') as T;
  element.textContent = '';
  return data;
}

/** Acts on keys that are pressed while nobody types; `Escape` always counts. True: the key was used. */
export function onKey(act: (key: string, event: KeyboardEvent) => boolean): void {
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    const pressing = target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ');
    if (event.ctrlKey || event.metaKey || event.altKey || pressing || (typing && event.key !== 'Escape')) return;
    if (act(event.key, event)) event.preventDefault();
  });
}
