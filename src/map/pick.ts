/** `pick`: one of several sources, where FHIR has room for one and the guide says which (AL-10, AL-11). */
import { attribute, isLeaf, peek } from '../read/node.js';
import type { Item, Select } from './select.js';
import type { Pick } from './table.js';

/** Reduces what a path yields to the last item, or the one with the earliest time. The others are no loss of this rule. */
export function pickOne(select: Select, pick: Pick): Select {
  return (node, scope) => {
    const items = select(node, scope);
    if (items.length < 2) return items;
    if (pick === 'last') return items.slice(-1);
    for (const item of items) scope.test(isLeaf(item) ? item : attribute(item, 'value'));
    const least = findEarliest(items);
    return items.slice(least, least + 1);
  };
}

/** v3 times sort as text; one without a value is never the earliest. */
function findEarliest(items: readonly Item[]): number {
  const times = items.map((item) => (isLeaf(item) ? item.value : peek(item, 'value'))?.trim() || '~');
  let least = 0;
  times.forEach((time, index) => {
    if (time < (times[least] ?? '~')) least = index;
  });
  return least;
}
