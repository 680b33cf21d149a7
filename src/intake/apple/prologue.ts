/**
 * Takes Apple's document type declaration off the head of an export.xml. It declares elements and attributes, often with
 * mistakes, and is never needed. Any other declaration - entities, external subsets - is refused, and none is expanded.
 */
import { InputError } from '../../finding.js';
import { REFUSALS } from '../../read/read.js';

/** Apple's head has about 10 KB. */
const MOST_HEAD = 1 << 20;

const ONE_BYTE = new TextDecoder('latin1');

/**
 * The same bytes with the declaration replaced by its line ends, so that lines keep their numbers.
 * @throws InputError `doctype-refused` for any declaration that is not Apple's
 */
export async function* withoutDoctype(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  let least = 0;
  for await (const chunk of source) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = join(head, chunk);
    if (head.length < least) continue;
    // Looked through again when it is half as long again, not with every chunk.
    least = head.length * 1.5;
    const end = findDoctype(ONE_BYTE.decode(head));
    if (end === 'more' && head.length < MOST_HEAD) continue;
    yield* cut(head, end);
    head = undefined;
  }
  if (head !== undefined) yield* cut(head, findDoctype(ONE_BYTE.decode(head)));
}

function* cut(head: Uint8Array, found: Found): Generator<Uint8Array> {
  if (found === 'more') throw new InputError('doctype-refused', REFUSALS['doctype-refused']);
  if (found === 'none') {
    yield head;
    return;
  }
  yield head.subarray(0, found.from);
  yield head.subarray(found.from, found.to).filter((byte) => byte === 0x0a);
  yield head.subarray(found.to);
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}

type Found = 'none' | 'more' | { readonly from: number; readonly to: number };

/** White space, instructions and comments before the declaration or the root; U+00EF.. is the byte order mark. */
const BEFORE = /^(?:\u00ef\u00bb\u00bf)?(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/;
const APPLE = /^<!DOCTYPE\s+HealthData\s*\[/;
/** What no declaration of Apple's has, and what could do harm. */
const FOREIGN = /<!\s*(?:ENTITY|NOTATION)|<!\[|<\?|%/i;

/** Where the declaration stands in the head of a file; `more`: its end has not come yet. */
function findDoctype(head: string): Found {
  const from = BEFORE.exec(head)?.[0].length ?? 0;
  const rest = head.slice(from, from + 10);
  if (rest.length < 10 && '<!DOCTYPE '.startsWith(rest.toUpperCase())) return head.length === 0 ? 'none' : 'more';
  if (/^<(\?|!--)/.test(rest)) return 'more';
  if (!/^<!DOCTYPE/i.test(rest)) return 'none';
  if (head.length > from + 100 && !APPLE.test(head.slice(from, from + 100)))
    throw new InputError('doctype-refused', REFUSALS['doctype-refused']);
  return endOfSubset(head, from);
}

function endOfSubset(head: string, from: number): Found {
  // Comments may hold anything.
  const plain = head.slice(from).replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => ' '.repeat(comment.length));
  const end = /\]\s*>/.exec(plain);
  const subset = end === null ? plain : plain.slice(0, end.index);
  if (FOREIGN.test(subset) || (end !== null && !APPLE.test(plain)))
    throw new InputError('doctype-refused', REFUSALS['doctype-refused']);
  return end === null ? 'more' : { from, to: from + end.index + end[0].length };
}
