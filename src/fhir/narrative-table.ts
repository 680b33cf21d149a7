/** Parts of a narrative table or list that are referenced alone, made whole again (NA-01). */
import { child, children, type Node, peek } from '../read/node.js';

/** The name without namespace: narrative written in the XHTML namespace by mistake is read alike. */
export const localName = ({ name }: Node): string =>
  name.startsWith('{') ? name.slice(name.lastIndexOf('}') + 1) : name;

/**
 * Gives a part of a table or list the elements around it that it needs to stand alone: a row its table and header,
 * a cell also the title of its column, an item its list.
 * @returns a new tree around the same node, or the node itself if it stands alone already
 */
export function enclose(node: Node): Node {
  const name = localName(node);
  if (name === 'item') return element('list', node);
  if (name === 'tr') return element('table', ...heading(node), element('tbody', node));
  if (name === 'tbody') return element('table', ...heading(node), node);
  if (name === 'thead' || name === 'tfoot') return element('table', node);
  if (name !== 'td' && name !== 'th') return node;
  const title = columnTitle(node);
  const head = title === undefined || title === node ? [] : [element('thead', element('tr', title))];
  return element('table', ...head, element('tbody', element('tr', node)));
}

const element = (name: string, ...content: Node[]): Node => ({
  name,
  parent: undefined,
  attributes: [],
  content,
  line: content[0]?.line ?? 0,
});

function ancestor(node: Node, name: string): Node | undefined {
  let up = node.parent;
  while (up !== undefined && localName(up) !== name) up = up.parent;
  return up;
}

/** The header of the table around: its `thead`, else a first row of nothing but `th`. */
function heading(node: Node): Node[] {
  const table = ancestor(node, 'table');
  if (table === undefined) return [];
  const head = child(table, 'thead');
  if (head !== undefined) return children(head).includes(node) ? [] : [head];
  const first = child(child(table, 'tbody') ?? table, 'tr');
  if (first === undefined || first === node || children(first).some((cell) => localName(cell) !== 'th')) return [];
  return [element('thead', first)];
}

/** The header cell a cell stands under, counting spans. */
function columnTitle(cell: Node): Node | undefined {
  const row = ancestor(cell, 'tr');
  const head = row === undefined ? undefined : heading(row)[0];
  const titles = head === undefined ? undefined : children(head, 'tr').at(-1);
  if (row === undefined || titles === undefined) return undefined;
  const cells = children(row);
  const column = cells.slice(0, cells.indexOf(cell)).reduce((sum, before) => sum + span(before), 0);
  let end = 0;
  return children(titles).find((title) => {
    end += span(title);
    return column < end;
  });
}

const span = (cell: Node): number => Number(peek(cell, 'colspan')) || 1;
