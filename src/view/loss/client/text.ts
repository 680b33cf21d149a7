/** The text of the sections as their readers saw it, each piece in the colour of its fate. */
import { make, need } from '../../client/dom.js';
import { toNarrative } from '../../client/narrative.js';
import type { State } from './state.js';

export interface TextSide {
  /** Shows what is selected, if the side is shown. */
  follow(): void;
  /** Shows or hides the side; it is made when it is first shown. */
  show(on: boolean): void;
}

/** A leaf as its line and its place there. */
type Place = readonly [line: number, leaf: number];

const keyOf = ([line, leaf]: Place): string => `${line} ${leaf}`;
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** @param choose selects a leaf */
export function createText(state: State, choose: (line: number, leaf: number) => void): TextSide {
  const pane = need('#text');
  const told = new Map<string, HTMLElement>();
  const heads: [line: number, head: HTMLElement][] = [];

  /** The texts of a section in the source, by their words: those that come twice in their order. */
  function collectTexts(from: number): Map<string, Place[]> {
    const texts = new Map<string, Place[]>();
    for (let line = from; line < (state.source.end[from] ?? 0); line++) {
      // A section inside has a text of its own.
      if (line > from && /^section(\[|$)/.test(state.data.source[line]?.[1] ?? '')) break;
      for (const [index, [name, value]] of (state.data.source[line]?.[3] ?? []).entries()) {
        if (name.startsWith('@') || name === '#empty') continue;
        const places = texts.get(plain(value)) ?? [];
        texts.set(plain(value), [...places, [line, index]]);
      }
    }
    return texts;
  }

  function colour(narrative: HTMLElement, texts: Map<string, Place[]>): void {
    const walker = document.createTreeWalker(narrative, NodeFilter.SHOW_TEXT);
    const nodes: Node[] = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    for (const node of nodes) {
      const place = texts.get(plain(node.textContent ?? ''))?.shift();
      const leaf = place && state.data.source[place[0]]?.[3][place[1]];
      if (!place || !leaf) continue;
      const known = state.data.states[leaf[2]];
      const piece = make('span', `told s-${known?.id ?? ''}`, node.textContent ?? '');
      piece.title = known?.words ?? '';
      piece.addEventListener('click', () => choose(...place));
      node.parentNode?.replaceChild(piece, node);
      told.set(keyOf(place), piece);
    }
  }

  function fill(): void {
    for (const [line, title, xhtml] of state.data.sections) {
      const head = make('h3', '', title || 'Section without title');
      const body = xhtml ? toNarrative(xhtml) : make('p', 'foot', 'This section has no text.');
      if (xhtml) colour(body, collectTexts(line));
      heads.push([line, head]);
      pane.append(head, body);
    }
    if (state.data.sections.length === 0) pane.append(make('p', 'foot', 'The document has no text to show here.'));
  }

  function follow(): void {
    pane.querySelector('.here')?.classList.remove('here');
    if (pane.hidden || !state.place) return;
    const piece = told.get(keyOf(state.place));
    piece?.classList.add('here');
    const [line] = state.place;
    const head = heads.findLast(([at]) => at <= line && line < (state.source.end[at] ?? 0))?.[1];
    (piece ?? head)?.scrollIntoView({ block: piece ? 'nearest' : 'start' });
  }

  return {
    follow,
    show(on) {
      pane.hidden = !on;
      if (on && pane.childElementCount === 0) fill();
      follow();
    },
  };
}
