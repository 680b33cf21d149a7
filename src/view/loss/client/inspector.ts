/** The strip below: everything known of the selected leaf. */
import { button, make } from '../../client/dom.js';
import type { LeafData, PageData, SourceLine } from '../data.js';

/** What is said of a line of a resource no leaf was copied into. */
export const sayNothing = (): HTMLElement =>
  make('div', 'foot', 'Nothing of the source was copied here: a constant, or put together from other resources.');

/** @param go leads to the resource the leaf went into */
export function sayLeaf(data: PageData, [, label, at]: SourceLine, leaf: LeafData, go: () => void): HTMLElement[] {
  const [name, value, state, rule, resource] = leaf;
  const known = data.states[state];
  const [id = '', element = '', rows = '', why = ''] = data.rules[rule] ?? [];
  const head = make(
    'div',
    'head',
    make('span', `chip s-${known?.id ?? ''}`, known?.words ?? ''),
    make('strong', '', name.replace(/^[@#]/, '')),
    ` of ${label || 'the element above'}, line ${at}`,
  );
  const parts = [why || known?.hint.replace(/\.$/, ''), id && `rule ${id}`, rows && `checklist ${rows}`].filter(
    Boolean,
  );
  const foot = make('div', 'foot', parts.join('; '));
  const target = data.target.find((line) => line[3] === resource);
  if (target) foot.append(' ', button('link', go, `Show in ${target[1]}${element ? `.${element}` : ''}`));
  return [head, make('div', 'value', value), foot];
}
