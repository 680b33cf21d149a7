/** The view of one item in full; it lies over the page, and leads to the items beside it. */
import { need } from '../../client/dom.js';
import type { History, Item } from './history.js';
import { toParts } from './parts.js';
import type { Series } from './series.js';

export interface Detail {
  open(item: Item): void;
}

/** @param beside the item after or before another one, for going on; @param closed called with the last item */
export function createDetail(
  history: History,
  series: readonly Series[],
  beside: (item: Item, by: 1 | -1) => Item | undefined,
  closed: (item: Item) => void,
): Detail {
  const dialog = need<HTMLDialogElement>('#detail');
  const content = need('#detail-content');
  const seriesOf = new Map(series.flatMap((one) => one.items.map((item) => [item, one] as const)));
  let shown: Item | undefined;

  function open(item: Item): void {
    shown = item;
    content.replaceChildren(...toParts(item, { history, seriesOf, open }));
    for (const [selector, by] of [
      ['#previous', -1],
      ['#next', 1],
    ] as const)
      need<HTMLButtonElement>(selector).disabled = !beside(item, by);
    if (!dialog.open) dialog.showModal();
    content.scrollTop = 0;
    need('#detail h2').focus();
  }

  function go(by: 1 | -1): void {
    const next = shown && beside(shown, by);
    if (next) open(next);
  }

  need('#previous').addEventListener('click', () => go(-1));
  need('#next').addEventListener('click', () => go(1));
  need('#close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    if (shown) closed(shown);
    shown = undefined;
    content.replaceChildren();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.target instanceof HTMLElement && event.target.closest('.wide, summary')) return;
    if (event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowLeft') go(-1);
  });
  return { open };
}
