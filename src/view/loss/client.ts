/**
 * The script of the page. Its functions are written into the page as they are, so they use nothing but each other and
 * the browser, and put text into the page only as text.
 */
import type { LeafData, PageData, SourceLine } from './data.js';

const CLIENT = [need, make, createTree, createList, filterLines, sayLeaf, chipOf, countBelow, start];

/** The functions as one script. Tools may wrap names of functions in `__name`, which the page does not have. */
export const toScript = (): string =>
  `'use strict';const __name=(f)=>f;\n${CLIENT.map(String).join('\n')}\nstart(JSON.parse(need('#data').textContent));`;

function need<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(selector);
  return found;
}

function make(tag: string, name: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

/** Lines that lie inside others: `end[i]` is the line after the last one inside line i, `above[i]` the line around it. */
function createTree(depths: readonly number[]): { end: number[]; above: number[] } {
  const end = depths.map(() => depths.length);
  const above = depths.map(() => -1);
  const open: number[] = [];
  depths.forEach((depth, line) => {
    while (open.length > 0 && (depths[open[open.length - 1] ?? 0] ?? 0) >= depth) end[open.pop() ?? 0] = line;
    above[line] = open[open.length - 1] ?? -1;
    open.push(line);
  });
  return { end, above };
}

interface List {
  /** Shows these lines. */
  show(lines: readonly number[]): void;
  /** Brings a line into view, in the middle unless it is there already. */
  reveal(line: number): void;
  /** Draws again. */
  draw(): void;
}

/** A list of any length of which only what is in view is in the page; all of it while printing. */
function createList(pane: HTMLElement, row: (line: number) => HTMLElement): List {
  const height = 24;
  const sizer = make('div', 'sizer', '');
  const rows = make('div', 'rows', '');
  sizer.append(rows);
  pane.append(sizer);
  let lines: readonly number[] = [];
  let all = false;
  let waiting = false;

  function draw(): void {
    waiting = false;
    const first = all ? 0 : Math.max(0, Math.floor(pane.scrollTop / height) - 20);
    const last = all ? lines.length : Math.ceil((pane.scrollTop + pane.clientHeight) / height) + 20;
    sizer.style.height = all ? 'auto' : `${lines.length * height}px`;
    rows.style.transform = `translateY(${first * height}px)`;
    rows.replaceChildren(...lines.slice(first, last).map(row));
  }

  function drawSoon(): void {
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  }

  pane.addEventListener('scroll', drawSoon, { passive: true });
  addEventListener('resize', drawSoon);
  addEventListener('beforeprint', () => {
    all = true;
    draw();
  });
  addEventListener('afterprint', () => {
    all = false;
    draw();
  });
  return {
    draw,
    show(next) {
      lines = next;
      draw();
    },
    reveal(line) {
      const place = lines.indexOf(line) * height;
      if (place < 0) return;
      const away = place < pane.scrollTop + height || place > pane.scrollTop + pane.clientHeight - 2 * height;
      if (away) pane.scrollTop = place - pane.clientHeight / 3;
      draw();
    },
  };
}

/** Lines to show: all that are not folded away; with a filter those that match, and what they stand in. */
function filterLines(
  tree: { end: number[]; above: number[] },
  folded: ReadonlySet<number>,
  matches: ((line: number) => boolean) | undefined,
): number[] {
  const shown: number[] = [];
  const total = tree.end.length;
  if (!matches) {
    for (let line = 0; line < total; line++) {
      shown.push(line);
      if (folded.has(line)) line = (tree.end[line] ?? line + 1) - 1;
    }
    return shown;
  }
  const wanted = new Uint8Array(total);
  for (let line = 0; line < total; line++) {
    if (!matches(line)) continue;
    for (let at = line; at >= 0 && !wanted[at]; at = tree.above[at] ?? -1) wanted[at] = 1;
  }
  for (let line = 0; line < total; line++) if (wanted[line]) shown.push(line);
  return shown;
}

/** Everything known of a leaf, for the strip below. */
function sayLeaf(data: PageData, [, label, at]: SourceLine, leaf: LeafData, go: () => void): HTMLElement[] {
  const [name, value, state, rule, resource] = leaf;
  const known = data.states[state];
  const [id = '', element = '', rows = '', why = ''] = data.rules[rule] ?? [];
  const head = make('div', 'head', '');
  head.append(
    make('span', `chip s-${known?.id ?? ''}`, known?.words ?? ''),
    make('strong', '', name),
    ` in ${label || 'text'}, line ${at}`,
  );
  const said = [head, make('div', 'value', value)];
  const parts = [why, id && `rule ${id}`, rows && `checklist ${rows}`].filter((part) => part !== '');
  const foot = make('div', 'foot', parts.join('; ') || 'No rule.');
  const target = data.target.find((line) => line[3] === resource);
  if (target) {
    const jump = make('button', 'link', `Show in ${target[1]}${element ? `.${element}` : ''}`);
    jump.addEventListener('click', go);
    foot.append(' ', jump);
  }
  said.push(foot);
  return said;
}

function chipOf(data: PageData, [name, value, state]: LeafData): HTMLElement {
  const known = data.states[state];
  const chip = make('span', `chip s-${known?.id ?? ''}`, '');
  if (name.startsWith('@')) chip.append(make('i', '', `${name.slice(1)} `));
  chip.append(name === '#empty' ? '(empty)' : value.replace(/\s+/g, ' ').slice(0, 200) || '(empty)');
  chip.title = `${known?.words ?? ''}: ${name}`;
  return chip;
}

/** `12 copied, 3 lost` for what is folded away. */
function countBelow(data: PageData, from: number, to: number): [kept: number, lost: number] {
  const counts: [number, number] = [0, 0];
  for (let line = from; line < to; line++)
    for (const leaf of data.source[line]?.[3] ?? []) counts[data.states[leaf[2]]?.lost ? 1 : 0]++;
  return counts;
}

function start(data: PageData): void {
  const { source, target } = data;
  const left = createTree(source.map(([depth]) => depth));
  const right = createTree(target.map(([depth]) => depth));
  const foldedLeft = new Set<number>();
  const foldedRight = new Set<number>();
  const picked = new Set<number>();
  let place: [line: number, leaf: number] | undefined;
  // The resource, and which of its elements: `*` for all of it, `` for none in particular.
  const WHOLE = '*';
  let marked: [resource: number, element: string] | undefined;
  let turn = 0;
  const [search, section, rule] = [
    need<HTMLInputElement>('#search'),
    need<HTMLSelectElement>('#section'),
    need<HTMLInputElement>('#rule'),
  ];
  const panes = [need('#source'), need('#target')] as const;
  const inspector = need('#inspector');

  const elementOf = (leaf: LeafData): string => data.rules[leaf[3]]?.[1] ?? '';
  const isElement = (key: string, element: string): boolean =>
    element === WHOLE || key === element || (element.endsWith('[x]') && key.startsWith(element.slice(0, -3)));
  const isMarked = (leaf: LeafData): boolean =>
    marked !== undefined &&
    leaf[4] === marked[0] &&
    (marked[1] === WHOLE || (marked[1] !== '' && isElement(marked[1], elementOf(leaf))));
  const isActive = (): boolean => picked.size > 0 || search.value !== '' || section.value !== '' || rule.value !== '';

  function fits(leaf: LeafData, label: string, words: string): boolean {
    if (picked.size > 0 && !picked.has(leaf[2])) return false;
    const id = data.rules[leaf[3]]?.[0] ?? '';
    if (rule.value !== '' && id !== rule.value && !id.startsWith(`${rule.value}.`)) return false;
    return words === '' || `${leaf[1]} ${leaf[0]} ${label} ${id}`.toLowerCase().includes(words);
  }

  function matches(line: number): boolean {
    const [, label, , leaves] = source[line] ?? [0, '', 0, []];
    if (section.value !== '') {
      const from = Number(section.value);
      if (line < from || line >= (left.end[from] ?? 0)) return false;
    }
    const words = search.value.trim().toLowerCase();
    return leaves.some((leaf) => fits(leaf, label, words));
  }

  function toggle(folded: Set<number>, line: number): void {
    if (!folded.delete(line)) folded.add(line);
    update();
  }

  function folder(tree: { end: number[] }, folded: Set<number>, line: number): HTMLElement {
    if ((tree.end[line] ?? 0) <= line + 1) return make('span', 'fold', '');
    const button = make('button', 'fold', folded.has(line) && !isActive() ? '▸' : '▾');
    button.tabIndex = -1;
    button.setAttribute('aria-label', folded.has(line) ? 'Unfold' : 'Fold');
    button.addEventListener('click', (event) => {
      event.stopPropagation();
      toggle(folded, line);
    });
    return button;
  }

  function sourceRow(line: number): HTMLElement {
    const [depth, label, , leaves] = source[line] ?? [0, '', 0, []];
    const row = make('div', label.startsWith('section[') ? 'row section' : 'row', '');
    row.style.paddingLeft = `${4 + Math.min(depth, 24) * 14}px`;
    row.append(folder(left, foldedLeft, line), make('span', 'name', label.replace(/\[(.*)\]$/, ' $1')));
    const words = search.value.trim().toLowerCase();
    leaves.forEach((leaf, index) => {
      const chip = chipOf(data, leaf);
      if (isActive() && !fits(leaf, label, words)) chip.classList.add('dim');
      if (place?.[0] === line && place[1] === index) chip.classList.add('here');
      else if (isMarked(leaf)) chip.classList.add('marked');
      chip.addEventListener('click', (event) => {
        event.stopPropagation();
        choose(line, index, true);
      });
      row.append(chip);
    });
    if (foldedLeft.has(line) && !isActive()) {
      const [kept, lost] = countBelow(data, line + 1, left.end[line] ?? 0);
      row.append(
        make('span', 'count', `${kept} kept`),
        ...(lost > 0 ? [make('span', 'count lost', `${lost} lost`)] : []),
      );
    }
    row.addEventListener('click', () => {
      if ((left.end[line] ?? 0) > line + 1) toggle(foldedLeft, line);
    });
    return row;
  }

  function targetRow(line: number): HTMLElement {
    const [depth, key, value, resource, element] = target[line] ?? [0, '', '', -1, ''];
    const row = make('div', depth === 0 ? 'row resource' : 'row', '');
    row.style.paddingLeft = `${4 + Math.min(depth, 24) * 14}px`;
    row.append(folder(right, foldedRight, line), make('span', 'name', key), make('span', 'text', value.slice(0, 300)));
    if (marked?.[0] === resource && (depth === 0 || isElement(element, marked[1]))) row.classList.add('marked');
    row.title = value.slice(0, 300);
    row.addEventListener('click', () => chooseTarget(line));
    return row;
  }

  const lists = [createList(panes[0], sourceRow), createList(panes[1], targetRow)] as const;

  function update(): void {
    lists[0].show(filterLines(left, foldedLeft, isActive() ? matches : undefined));
    const words = search.value.trim().toLowerCase();
    const has = (line: number): boolean => `${target[line]?.[1]} ${target[line]?.[2]}`.toLowerCase().includes(words);
    lists[1].show(filterLines(right, foldedRight, words === '' ? undefined : has));
    const hits = isActive() ? source.filter((_, line) => matches(line)).length : 0;
    panes[0].classList.toggle('none', isActive() && hits === 0);
    need('#hits').textContent = isActive() ? `${hits} ${hits === 1 ? 'line' : 'lines'}` : '';
  }

  /** After a filter has changed, what fits is shown from its start. */
  function restart(): void {
    for (const pane of panes) pane.scrollTop = 0;
    update();
  }

  function unfold(tree: { above: number[] }, folded: Set<number>, line: number): void {
    for (let at = tree.above[line] ?? -1; at >= 0; at = tree.above[at] ?? -1) folded.delete(at);
  }

  /** Selects a leaf; with `across`, the other side follows. */
  function choose(line: number, index: number, across: boolean): void {
    const at = source[line];
    const leaf = at?.[3][index];
    if (!at || !leaf) return;
    place = [line, index];
    marked = leaf[4] >= 0 ? [leaf[4], elementOf(leaf)] : undefined;
    unfold(left, foldedLeft, line);
    inspector.replaceChildren(...sayLeaf(data, at, leaf, () => showTarget()));
    update();
    lists[0].reveal(line);
    if (across) showTarget();
  }

  function showTarget(): void {
    if (!marked) return;
    const [resource, element] = marked;
    const head = target.findIndex((line) => line[3] === resource);
    if (head < 0) return;
    const own = target.findIndex(
      (line) => line[3] === resource && line[0] === 1 && line[4] && isElement(line[4], element),
    );
    foldedRight.delete(head);
    update();
    lists[1].reveal(own < 0 ? head : own);
  }

  /** Selects what a line of a resource was made of; again: the next piece. The resource's own line folds. */
  function chooseTarget(line: number): void {
    const [depth, , , resource, element] = target[line] ?? [0, '', '', -1, ''];
    if (depth === 0 && !foldedRight.delete(line)) foldedRight.add(line);
    turn = marked?.[0] === resource && marked[1] === (depth === 0 ? WHOLE : element) ? turn + 1 : 0;
    marked = [resource, depth === 0 ? WHOLE : element];
    const found = source.flatMap((at, number) =>
      at[3].flatMap((leaf, index) => (isMarked(leaf) ? [[number, index] as const] : [])),
    );
    const hit = found[turn % Math.max(found.length, 1)];
    const kept = marked;
    if (hit) choose(hit[0], hit[1], false);
    else
      inspector.replaceChildren(
        make('div', 'foot', 'Nothing of the source was copied here: a constant, or put together from other resources.'),
      );
    marked = kept;
    update();
    lists[1].reveal(line);
  }

  /** The next leaf before or after the selected one for which `test` holds, among the lines that are not filtered out. */
  function step(forward: boolean, test: (leaf: LeafData) => boolean): void {
    const [line, index] = place ?? [forward ? -1 : source.length, 0];
    const by = forward ? 1 : -1;
    for (let at = line, from = index + by; at >= -1 && at <= source.length; at += by) {
      const leaves = at >= 0 && at < source.length && (!isActive() || matches(at)) ? (source[at]?.[3] ?? []) : [];
      for (
        let next = at === line ? from : forward ? 0 : leaves.length - 1;
        next >= 0 && next < leaves.length;
        next += by
      ) {
        const leaf = leaves[next];
        if (!leaf || !test(leaf)) continue;
        choose(at, next, true);
        return;
      }
      from = forward ? 0 : Number.MAX_SAFE_INTEGER;
    }
  }

  const isLost = (leaf: LeafData): boolean => data.states[leaf[2]]?.lost === true;
  const keys: Readonly<Record<string, () => void>> = {
    n: () => step(true, isLost),
    p: () => step(false, isLost),
    ArrowDown: () => step(true, () => true),
    ArrowUp: () => step(false, () => true),
    ArrowLeft: () => place && foldAbove(place[0]),
    Enter: () => showTarget(),
    '/': () => search.focus(),
    Escape: () => clear(),
  };

  function foldAbove(line: number): void {
    const at = left.above[line] ?? -1;
    if (at < 0) return;
    foldedLeft.add(at);
    update();
    lists[0].reveal(at);
  }

  function clear(): void {
    picked.clear();
    for (const field of [search, section, rule]) field.value = '';
    for (const button of document.querySelectorAll('header button')) button.setAttribute('aria-pressed', 'false');
    update();
    if (place) lists[0].reveal(place[0]);
  }

  function foldAll(fold: boolean): void {
    for (const [folded, tree, least] of [
      [foldedLeft, left, 1],
      [foldedRight, right, 0],
    ] as const) {
      folded.clear();
      if (fold)
        for (let line = 0; line < tree.end.length; line++) if (isHead(tree === left, line, least)) folded.add(line);
    }
    update();
  }

  /** What is folded at first: the narrative, the sections, the resources, the parts of the header. */
  function isHead(isSource: boolean, line: number, least: number): boolean {
    if (!isSource) return (target[line]?.[0] ?? 0) === least;
    const [depth, label] = source[line] ?? [0, ''];
    const inside = (left.end[line] ?? 0) > line + 1;
    return inside && (label.startsWith('section[') || label === 'text' || (depth === 1 && label !== 'component'));
  }

  data.states.forEach((state, index) => {
    const count = source.reduce((sum, at) => sum + at[3].filter((leaf) => leaf[2] === index).length, 0);
    if (count === 0) return;
    const button = make('button', `chip s-${state.id}`, `${state.words.replace('lost: ', '')} `);
    button.append(make('b', '', count.toLocaleString('en')));
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      if (!picked.delete(index)) picked.add(index);
      button.setAttribute('aria-pressed', String(picked.has(index)));
      restart();
    });
    need(state.lost ? '#lost' : '#kept').append(button);
    const bar = make('span', `s-${state.id}`, '');
    bar.style.flexGrow = String(count);
    bar.title = `${state.words}: ${count}`;
    need('#bar').append(bar);
  });
  source.forEach(([, label], line) => {
    if (!label.startsWith('section[')) return;
    const [, lost] = countBelow(data, line, left.end[line] ?? 0);
    const option = make('option', '', `${label.slice(8, -1)}${lost > 0 ? ` (${lost} lost)` : ''}`) as HTMLOptionElement;
    option.value = String(line);
    section.append(option);
  });
  const used = new Set(source.flatMap((at) => at[3].map((leaf) => data.rules[leaf[3]]?.[0] ?? '')));
  for (const id of [...used].filter((name) => name !== '').sort()) {
    const option = document.createElement('option');
    option.value = id;
    need('#rules').append(option);
  }
  for (const field of [search, section, rule]) field.addEventListener('input', restart);
  need('#clear').addEventListener('click', clear);
  need('#unfold').addEventListener('click', () => foldAll(false));
  need('#fold').addEventListener('click', () => foldAll(true));
  need('#next').addEventListener('click', () => step(true, isLost));
  need('#previous').addEventListener('click', () => step(false, isLost));
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const onButton = event.target instanceof HTMLButtonElement && event.key === 'Enter';
    if (event.ctrlKey || event.metaKey || event.altKey || onButton || (typing && event.key !== 'Escape')) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    if (event.target instanceof HTMLElement) event.target.blur();
    act();
  });
  foldAll(true);
}
