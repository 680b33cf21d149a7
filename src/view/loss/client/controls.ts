/** The controls above the document: states with their counts, sections, rules. */
import { button, make, need } from '../../client/dom.js';
import { countLeaves, type State } from './state.js';

/** One button per state that occurs, and its share of the bar. */
export function addStates({ data, picked }: State, changed: () => void): void {
  data.states.forEach((state, index) => {
    const count = data.source.reduce((sum, [, , , own]) => sum + own.filter((leaf) => leaf[2] === index).length, 0);
    if (count === 0) return;
    const words = `${state.words.replace('lost: ', '')} `;
    const pick = button(
      `chip s-${state.id}`,
      () => {
        if (!picked.delete(index)) picked.add(index);
        pick.setAttribute('aria-pressed', String(picked.has(index)));
        changed();
      },
      words,
      make('b', '', count.toLocaleString('en')),
    );
    pick.setAttribute('aria-pressed', 'false');
    pick.title = state.hint;
    need(state.lost ? '#lost' : '#kept').append(pick);
    const share = make('span', `s-${state.id}`);
    share.style.flexGrow = String(count);
    share.title = `${state.words}: ${count}`;
    need('#bar').append(share);
  });
}

/** Shows that no state is picked. */
export function releaseStates(): void {
  for (const pick of document.querySelectorAll('header button')) pick.setAttribute('aria-pressed', 'false');
}

/** The sections of the document, with what each has lost. */
export function addSections(state: State): void {
  state.data.source.forEach(([, label], line) => {
    if (!label.startsWith('section[')) return;
    const { lost } = countLeaves(state, line, state.source.end[line] ?? 0);
    const option = make('option', '', `${label.slice(8, -1)}${lost > 0 ? ` (${lost} lost)` : ''}`);
    option.value = String(line);
    need('#section').append(option);
  });
}

/** The rules that read something. */
export function addRules({ data }: State): void {
  const used = new Set(data.source.flatMap(([, , , own]) => own.map((leaf) => data.rules[leaf[3]]?.[0] ?? '')));
  for (const id of [...used].filter((name) => name !== '').sort()) {
    const option = make('option');
    option.value = id;
    need('#rules').append(option);
  }
}
