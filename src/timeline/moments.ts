/** Dates of facts, as the rules compare them: moments, episodes, precision. */
import { type Fact, precisionOf } from './fact.js';
import { addTo } from './path.js';

export const RANK = { none: 0, year: 1, month: 2, day: 3, time: 4 } as const;
export const LENGTH = { none: 0, year: 4, month: 7, day: 10 } as const;

/** A date as the type compares it: the instant, or the day. */
export function momentOf({ date = '', rules }: Fact): string {
  if (date.length <= 10) return date;
  return rules.match === 'time' ? new Date(date).toISOString() : date.slice(0, 10);
}

export const finest = (facts: readonly Fact[]) => {
  const [first] = facts;
  if (!first) return 'none';
  const best = facts.reduce((rank, fact) => Math.max(rank, RANK[precisionOf(fact.date)]), 0);
  // Where only the day counts, a time makes a date no finer.
  const capped = first.rules.match === 'time' ? best : Math.min(best, RANK.day);
  return (['none', 'year', 'month', 'day', 'time'] as const)[capped] ?? 'none';
};

/** Facts about one thing, parted by when: by moment, by episode, or not at all. */
export function momentsOf(group: readonly Fact[]): Fact[][] {
  const [first] = group;
  if (!first) return [];
  if (first.rules.match === 'any') return [[...group]];
  if (first.rules.match === 'episode') return episodesOf(group);
  const moments = new Map<string, Fact[]>();
  for (const fact of group) addTo(moments, momentOf(fact), fact);
  return [...moments.values()];
}

/** Conditions that overlap in time are one; what goes on, or whose end is not told, overlaps with all that follows. */
function episodesOf(group: readonly Fact[]): Fact[][] {
  const dated = group.filter(({ date }) => date !== undefined);
  const sorted = [...dated].sort((a, b) =>
    (a.date ?? '') < (b.date ?? '') ? -1 : a.date === b.date ? a.order - b.order : 1,
  );
  const episodes: Fact[][] = [];
  let until = '';
  for (const fact of sorted) {
    const { date = '' } = fact;
    const last = episodes.at(-1);
    if (last && (date <= until || until.startsWith(date) || date.startsWith(until))) last.push(fact);
    else {
      episodes.push([fact]);
      until = '';
    }
    const end = fact.end ?? (fact.activity === 'ended' || fact.assertion === 'negated' ? date : '9999');
    if (end > until) until = end;
  }
  const undated = group.filter(({ date }) => date === undefined);
  return undated.length > 0 ? [...episodes, undated] : episodes;
}
