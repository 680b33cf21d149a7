/** The views of the page, one at a time. */
import { need } from '../../client/dom.js';

export const TABS = ['overview', 'timeline', 'results', 'sources'] as const;
export type Tab = (typeof TABS)[number];

/** @param shown called when a view has come into sight */
export function createTabs(shown: (tab: Tab) => void): (tab: Tab) => void {
  const tabs = TABS.map((id) => ({ id, tab: need<HTMLButtonElement>(`#tab-${id}`), panel: need(`#panel-${id}`) }));

  function show(wanted: Tab): void {
    for (const { id, tab, panel } of tabs) {
      const on = id === wanted;
      if (on && !panel.hidden) return;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    for (const { id, panel } of tabs) panel.hidden = id !== wanted;
    scrollTo(0, 0);
    shown(wanted);
  }

  for (const [index, { id, tab }] of tabs.entries()) {
    tab.addEventListener('click', () => show(id));
    tab.addEventListener('keydown', ({ key }) => {
      const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const next = by === 0 ? undefined : tabs.at((index + by) % tabs.length);
      if (!next) return;
      show(next.id);
      next.tab.focus();
    });
  }
  return show;
}
