/** Results and vital signs of one test over time. */
import type { LineValue, TimelineLine } from '../../../timeline/model.js';
import type { History, Item } from './history.js';

/** One test: everything measured by it, oldest first. */
export interface Series {
  readonly key: string;
  readonly name: string;
  readonly kind: 'result' | 'vital';
  readonly items: readonly Item[];
  readonly latest: Item;
  /** Those with a date and a number in the unit of the latest: what a chart can show. */
  readonly points: readonly Item[];
}

/** Code first: names of one test differ from source to source. */
function keyOf({ kind, codes, title }: TimelineLine): string {
  const coded = codes?.find(({ system, code }) => system === 'http://loinc.org' && code !== undefined);
  const first = coded ?? codes?.find(({ code }) => code !== undefined);
  return first ? `${kind} ${first.system ?? ''}|${first.code}` : `${kind} ${title.toLowerCase()}`;
}

/** All tests: those people ask for first come first, then by the date of their latest value. */
export function toSeries(history: History): Series[] {
  const groups = new Map<string, Item[]>();
  for (const item of history.items) {
    const { kind, assertion, value } = item.line;
    if ((kind !== 'result' && kind !== 'vital') || assertion !== 'fact' || !value) continue;
    const key = keyOf(item.line);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  const order = new Map(Object.keys(history.words).map((code, index) => [code, index]));
  const rank = ({ key }: Series): number => order.get(key.slice(key.indexOf('|') + 1)) ?? order.size;
  const series = [...groups]
    .map(([key, items]) => toOne(key, items))
    .sort((one, other) => rank(one) - rank(other) || other.latest.place - one.latest.place);
  return nameApart(series);
}

/** A name two tests share (weight, and weight as measured) is kept by the first; the others go by their title. */
function nameApart(series: readonly Series[]): Series[] {
  const used = new Set<string>();
  return series.map((one) => {
    const name = used.has(one.name) ? one.latest.line.title : one.name;
    used.add(name);
    return { ...one, name };
  });
}

/** The numbers of a line: one, or those of its parts, as of a blood pressure; none if one of them is no number. */
export function partsOf({ value, components }: TimelineLine): LineValue[] {
  const parts = components ? components.map((component) => component.value) : value ? [value] : [];
  return parts.every(({ number }) => number !== undefined) ? parts : [];
}

function toOne(key: string, items: readonly Item[]): Series {
  // Undated ones stand last, and are not the latest if any other has a date.
  const latest = items.findLast(({ line }) => line.date !== undefined) ?? (items.at(-1) as Item);
  const unit = partsOf(latest.line)[0]?.unit;
  const points = items.filter(({ line }) => {
    const parts = partsOf(line);
    return line.date !== undefined && parts.length > 0 && parts.every((part) => part.unit === unit);
  });
  return { key, name: latest.name, kind: latest.line.kind as Series['kind'], items, latest, points };
}
