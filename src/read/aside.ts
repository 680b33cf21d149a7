/** Comments, processing instructions, CDATA sections and declarations: where one begins. */
import type { Hand, RepairOutput } from './hand.js';

/** What the repair does with the `<` if it is something else. */
export interface Aside {
  readonly hand: Hand;
  readonly output: RepairOutput;
  stray(from: number, to: number): void;
  readLess(less: number): true;
}

/**
 * Reads the `<!` or `<?` at `less`. Returns the mark that ends what begins there, or, if nothing does, true when the
 * place is dealt with and false when more input is needed. Only CDATA of the root element is kept.
 */
export function readAside(aside: Aside, less: number, inside: boolean, after: boolean): string | boolean {
  const { hand, output } = aside;
  const head = hand.text.slice(less, less + 9);
  if (head.startsWith('<?')) return skip(aside, less, less + 2, '?>');
  if (head.startsWith('<!--')) return skip(aside, less, less + 4, '-->');
  if (head.length < 9 && !hand.last) return hand.wait(less);
  if (head === '<![CDATA[') {
    if (!inside) {
      aside.stray(less, less + 9);
      return skip(aside, less, less + 9, ']]>');
    }
    hand.flush(less);
    hand.at = less + 9;
    return ']]>';
  }
  if (head.toUpperCase() === '<!DOCTYPE' && !after) {
    hand.flush(less);
    output.refuse('doctype-refused');
  }
  return aside.readLess(less);
}

function skip({ hand, output }: Aside, from: number, to: number, mark: string): string {
  hand.flush(from);
  output.settle();
  hand.pass(to);
  return mark;
}
