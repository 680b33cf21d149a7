/** A list of any length of which only what is in view is in the page; all of it while printing. */
import { make } from './dom.js';

export interface ListOptions {
  /** Where the rows go. */
  readonly pane: HTMLElement;
  /** The pane scrolls, or the page does. */
  readonly scrolls: 'pane' | 'page';
  /** Pixels at the top of what scrolls that something else covers. */
  covered?(): number;
  /** Height of a row in pixels; its element must have just that. */
  heightOf(item: number): number;
  row(item: number, place: number, total: number): HTMLElement;
}

export interface List {
  /** Shows these items, drawn anew. */
  show(items: readonly number[]): void;
  /** Brings an item into view unless it is there already; with `top`, to the top. */
  reveal(item: number, top?: boolean): void;
  /** The first item in view, if there is any. */
  first(): number | undefined;
  /** The element of an item in view. */
  elementOf(item: number): HTMLElement | undefined;
  /** Draws again. */
  draw(): void;
}

/** Rows drawn beyond what is in view, in pixels. */
const BEYOND = 480;

export function createList(options: ListOptions): List {
  const { pane, scrolls } = options;
  const sizer = make('div', 'sizer');
  const rows = make('div', 'rows');
  sizer.append(rows);
  pane.append(sizer);
  let items: readonly number[] = [];
  let offsets = new Float64Array(1);
  let drawn = new Map<number, HTMLElement>();
  let all = false;
  let waiting = false;

  /** The place whose row is at a height. */
  function placeAt(height: number): number {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((offsets[middle + 1] ?? 0) <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What is in view, in pixels from the first row. */
  function view(): { top: number; height: number } {
    const above = scrolls === 'pane' ? pane.getBoundingClientRect().top : 0;
    const covered = options.covered?.() ?? 0;
    const whole = scrolls === 'pane' ? pane.clientHeight : innerHeight;
    return { top: above + covered - sizer.getBoundingClientRect().top, height: whole - covered };
  }

  function drawRange(first: number, last: number): void {
    const next = new Map<number, HTMLElement>();
    for (let place = first; place < last; place++)
      next.set(place, drawn.get(place) ?? options.row(items[place] ?? 0, place, items.length));
    for (const [place, element] of drawn) if (!next.has(place)) element.remove();
    // Those that stay are not touched: one of them may have the focus.
    let before = rows.firstElementChild;
    for (const element of next.values()) {
      if (element === before) before = before.nextElementSibling;
      else rows.insertBefore(element, before);
    }
    drawn = next;
  }

  function update(): void {
    waiting = false;
    const { top, height } = view();
    const first = all ? 0 : placeAt(Math.max(0, top - BEYOND));
    const last = all ? items.length : Math.min(items.length, placeAt(Math.max(0, top + height + BEYOND)) + 1);
    sizer.style.height = all ? 'auto' : `${offsets[items.length] ?? 0}px`;
    rows.style.transform = all ? 'none' : `translateY(${offsets[first] ?? 0}px)`;
    drawRange(first, Math.max(first, last));
  }

  function draw(): void {
    rows.replaceChildren();
    drawn = new Map();
    update();
  }

  function updateSoon(): void {
    if (!waiting) requestAnimationFrame(update);
    waiting = true;
  }

  function print(start: boolean): void {
    all = start;
    draw();
  }

  (scrolls === 'pane' ? pane : document).addEventListener('scroll', updateSoon, { passive: true });
  // What opens or closes above moves the list.
  new ResizeObserver(updateSoon).observe(document.body);
  addEventListener('resize', updateSoon);
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));

  return {
    draw,
    show(next) {
      items = next;
      offsets = new Float64Array(next.length + 1);
      for (const [place, item] of next.entries()) offsets[place + 1] = (offsets[place] ?? 0) + options.heightOf(item);
      draw();
    },
    reveal(item, atTop = false) {
      const place = items.indexOf(item);
      if (place < 0) return;
      const { top, height } = view();
      const [from, to] = [offsets[place] ?? 0, offsets[place + 1] ?? 0];
      const by = from - top - (atTop ? 0 : height / 3);
      if (atTop || from < top || to > top + height) (scrolls === 'pane' ? pane : window).scrollBy(0, by);
      update();
    },
    first: () => items[placeAt(Math.max(0, view().top))],
    elementOf: (item) => drawn.get(items.indexOf(item)),
  };
}
