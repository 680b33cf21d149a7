/** The lines of the timeline as the page needs them: found by id, put in order, with what they stand for in words. */
import type { LineValue, Timeline, TimelineLine, TimelineSource } from '../../../timeline/model.js';
import { toText } from '../../client/narrative.js';
import type { PageData } from '../data.js';
import { isSince, sayDate } from './dates.js';
import { KINDS } from './kinds.js';
import { sayUnits } from './units.js';

/** One line and what was worked out about it. */
export interface Item {
  readonly line: TimelineLine;
  /** Place among all items, oldest first; undated ones last. */
  readonly place: number;
  /** What is said of it in a word or two: `Active`, `Not given`, `Planned`. */
  readonly standing: string;
  /** The name people use, where there is one; else the title. */
  readonly name: string;
  /** The title, without what `standing` says. */
  readonly title: string;
  /** Those it holds together, in order: the results of a panel. */
  readonly members: Item[];
  /** The panel it belongs to. */
  panel: Item | undefined;
}

/** Everything the page shows. */
export interface History {
  readonly timeline: Timeline;
  readonly items: readonly Item[];
  readonly byId: ReadonlyMap<string, Item>;
  readonly sources: ReadonlyMap<string, TimelineSource>;
  readonly words: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

const UNDATED = '\uffff';

export function toHistory({ timeline, words, reasons }: PageData): History {
  // Within what is known alike, the order of the timeline stays, turned round: it comes newest first.
  const lines = [...timeline.lines].reverse().sort((one, other) => compare(one.date ?? UNDATED, other.date ?? UNDATED));
  const items = lines.map(withUnits).map(
    (line, place): Item => ({
      line,
      place,
      standing: sayStanding(line),
      name: shortName(line, words) || withoutPrefix(line),
      title: withoutPrefix(line),
      members: [],
      panel: undefined,
    }),
  );
  const byId = new Map(items.map((item) => [item.line.id, item]));
  for (const { id, group } of timeline.lines) {
    const [item, panel] = [byId.get(id), group === undefined ? undefined : byId.get(group)];
    if (!item || !panel || panel === item || panel.line.group !== undefined) continue;
    item.panel = panel;
    panel.members.push(item);
  }
  const sources = new Map(timeline.sources.map((source) => [source.id, source]));
  return { timeline, items, byId, sources, words, reasons };
}

/** Words that are no quantity stay as they are. */
const withUnits = (line: TimelineLine): TimelineLine =>
  line.value && (line.value.unit !== undefined || line.components)
    ? { ...line, value: { ...line.value, text: sayUnits(line.value.text) } }
    : line;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const codeOf = (line: TimelineLine, words: Readonly<Record<string, string>>): string | undefined =>
  line.codes?.find(({ system, code }) => system === 'http://loinc.org' && code !== undefined && words[code])?.code;

const shortName = (line: TimelineLine, words: Readonly<Record<string, string>>): string =>
  words[codeOf(line, words) ?? '']?.split(',')[0] ?? '';

/** Names that already say that something is not there: `No known allergies`. */
const SAYS_NO = /^(no|not|none|denies|denied|never|without|absen)\b/i;

/** Titles of what is no present fact say so first (`titles` in mappings/reconcile.yaml). */
const PREFIX =
  /^(Not(?: [a-z]+){0,2}|Does not have|Cancelled|Planned|Suspected|Family history|Entered in error): (?=.)/;

const withoutPrefix = ({ assertion, title }: TimelineLine): string => {
  const plain = assertion === 'fact' ? title : title.replace(PREFIX, '');
  // `ambulatory`, but not `pH` or `mRNA`.
  return /^[a-z]{3,}\b/.test(plain) ? upperFirst(plain) : plain;
};

/** How a line is to be taken, in words: only a `fact` is something that is or was so. */
export function sayStanding(line: TimelineLine): string {
  const { assertion, kind, status, title } = line;
  const said = assertion === 'fact' ? undefined : PREFIX.exec(title)?.[1];
  if (said) return said;
  if (assertion === 'void') return 'Entered in error';
  if (assertion === 'uncertain') return 'Suspected';
  if (assertion === 'family') return 'Family history';
  if (assertion === 'planned') return 'Planned';
  if (assertion === 'negated') return SAYS_NO.test(title) ? 'None known' : KINDS[kind].not;
  if (status) return upperFirst(status);
  return line.active ? 'Active' : 'Status not stated';
}

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Values outside their range are said in a word. */
export function sayRange({ value }: { readonly value?: LineValue }): string {
  if (!value?.outOfRange) return '';
  const { interpretation = '', number, low, high } = value;
  if (
    /^(H|HH|HU|>|high|critically high)/i.test(interpretation) ||
    (number !== undefined && high !== undefined && number > high)
  )
    return /^HH/i.test(interpretation) ? 'very high' : 'high';
  if (
    /^(L|LL|LU|<|low|critically low)/i.test(interpretation) ||
    (number !== undefined && low !== undefined && number < low)
  )
    return /^LL/i.test(interpretation) ? 'very low' : 'low';
  return 'abnormal';
}

/** Whether something lies above, below, or otherwise outside its range. */
export const markOf = (words: string): string => (words.endsWith('high') ? '▲' : words.endsWith('low') ? '▼' : '◆');

/** `4 to 5.6 %`, `up to 5.6 %`. */
export function sayReference({ value }: TimelineLine): string {
  const { low, high, unit } = value ?? {};
  const range =
    low !== undefined && high !== undefined
      ? `${low} to ${high}`
      : high !== undefined
        ? `up to ${high}`
        : low !== undefined
          ? `from ${low}`
          : '';
  return range && unit ? `${range} ${sayUnits(unit)}` : range;
}

/** `in 3 sources, first seen 2012, last stated active Mar 2020` */
export function saySeen({ seen }: TimelineLine): string {
  if (!seen) return '';
  const parts = [`in ${plural(seen.documents, 'source')}`];
  if (seen.first && seen.first !== seen.last) parts.push(`first seen ${sayDate(seen.first)}`);
  if (seen.last) parts.push(`last seen ${sayDate(seen.last)}`);
  if (seen.lastActive) parts.push(`last stated active ${sayDate(seen.lastActive)}`);
  return parts.join(', ');
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Whether an item is new since a date: it happened since, or no older source states it. */
export function isNewSince({ line }: Item, history: History, since: string): boolean {
  if (since === history.timeline.since) return line.isNew === true;
  if (isSince(line.date, since)) return true;
  const first = line.seen?.first ?? firstSource(line, history);
  return first !== undefined && isSince(first, since);
}

function firstSource(line: TimelineLine, { sources }: History): string | undefined {
  const dates = line.sources.map((id) => sources.get(id)?.date);
  // A source without date may be an old one.
  if (dates.some((date) => date === undefined)) return undefined;
  return dates.filter((date) => date !== undefined).sort()[0];
}

/** All there is to search in, in lower case; made when it is asked for, or the page is idle. */
export function createHaystack(history: History): (item: Item) => string {
  const made: string[] = [];
  const read = (item: Item): string => {
    made[item.place] ??= wordsOf(item, history);
    return made[item.place] ?? '';
  };
  // A long history is gone through before anyone searches, while nothing else is to do.
  let next = 0;
  const idle = globalThis.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 50));
  function goOn(): void {
    for (const item of history.items.slice(next, next + 1000)) read(item);
    next += 1000;
    if (next < history.items.length) idle(goOn);
  }
  idle(goOn);
  return read;
}

function wordsOf({ line, standing, members }: Item, { sources, words }: History): string {
  const { one, many } = KINDS[line.kind];
  return [
    line.title,
    one,
    many,
    standing,
    line.active ? 'active' : '',
    line.status,
    line.value?.text,
    sayRange(line),
    line.value?.outOfRange ? 'out of range' : '',
    sayDate(line.date),
    line.conflict ? 'conflict disagree' : '',
    members.length > 0 ? 'panel' : '',
    words[codeOf(line, words) ?? ''],
    ...(line.codes ?? []).flatMap(({ code, display }) => [code, display]),
    ...line.details.map(({ value }) => value),
    ...line.sources.flatMap((id) => [sources.get(id)?.title, sources.get(id)?.author]),
    (line.kind === 'note' || line.kind === 'document') && line.narrative ? toText(line.narrative) : '',
  ]
    .filter((text) => text !== undefined && text !== '')
    .join('\n')
    .toLowerCase();
}
