/** Safe by default: a modifier no rule took notice of withholds the resource (GE-02, GE-03, GE-04, GE-09, PR-20). */
import { attribute, child, isLeaf, type Leaf, leaves, mayHave, type Node, nameBit, peek } from '../read/node.js';
import type { Mark, Run } from './run.js';
import type { Item } from './select.js';
import { isDenied, isNullified, isTrue, isVoid, STATEMENTS } from './statements.js';

/** The table's own modifiers, if it has any. */
type Extra = ((node: Node, run: Run) => readonly Item[]) | undefined;

const SELF = new Set(['SELF', 'ONESELF']);
/** PR-18: a guess, which no statement says but by a table that reads it. */
const DOUBTS = ['uncertaintyCode', 'sdtc:uncertaintyCode'];
const GUARD_BITS = ['subject', 'relatedSubject', ...DOUBTS].reduce((bits, name) => bits | nameBit(name), 0);

/**
 * The first modifier between a node and `top` (inclusive) that turns the statement's meaning and that nothing
 * touched since the mark; undefined if all is safe. A condition on `statusCode` reads `nullified` only if the table has
 * that word: asking whether a status is `aborted` says nothing of a void statement.
 */
export function findUnread(
  node: Node,
  top: Node,
  table: { readonly extra: Extra; readonly speaksOfVoid: boolean },
  run: Run,
  since: Mark,
): Leaf | undefined {
  for (let at: Node | undefined = node; at; at = at.parent) {
    if (STATEMENTS.has(at.name) && mayBeModified(at)) {
      const isRead = (leaf: Leaf): boolean =>
        isVoid(leaf.value) && !table.speaksOfVoid ? run.wasCopied(leaf, since) : run.touched(leaf, since);
      const unread = modifiersOf(at, at !== node && isPlanned(node)).find((leaves) => !leaves.some(isRead));
      if (unread) return unread[0];
    }
    const denied = isDenied(at) ? attribute(at, 'negationInd') : undefined;
    if (denied && !run.touched(denied, since)) return denied;
    if (at === top) break;
  }
  const subject = STATEMENTS.has(node.name) ? sectionSubject(node) : undefined;
  if (subject && !subject.some((leaf) => run.touched(leaf, since))) return subject[0];
  for (const item of table.extra?.(node, run) ?? []) if (isLeaf(item) && !run.touched(item, since)) return item;
  return undefined;
}

/** A quick look, as hardly any statement is: without it every one would be taken apart. */
function mayBeModified(node: Node): boolean {
  for (const { name, value } of node.attributes) {
    if (name.endsWith('egationInd') || name === '@nullFlavor' || (name === '@moodCode' && value !== 'EVN')) return true;
  }
  return mayHave(node, GUARD_BITS) || isNullified(node);
}

const isPlanned = (node: Node): boolean => (peek(node, 'moodCode') ?? 'EVN') !== 'EVN';

/** Groups of leaves, one of which must have been looked at. `planned`: a plan inside a plan is one anyway. */
function modifiersOf(node: Node, planned: boolean): Leaf[][] {
  const found: Leaf[][] = [];
  const negation = attribute(node, 'negationInd');
  if (negation && isTrue(negation.value)) found.push([negation]);
  // `sdtc:` has denials of its own (of the value, of the action), which no table reads
  for (const leaf of node.attributes) if (/:\w*negationInd$/i.test(leaf.name) && isTrue(leaf.value)) found.push([leaf]);
  const mood = attribute(node, 'moodCode');
  if (mood && mood.value !== 'EVN' && !planned) found.push([mood]);
  const nullFlavor = attribute(node, 'nullFlavor');
  if (nullFlavor) found.push([nullFlavor]);
  const statusNode = child(node, 'statusCode');
  const status = statusNode && attribute(statusNode, 'code');
  if (status && isVoid(status.value)) found.push([status]);
  const subject = relative(node);
  if (subject) found.push(subject);
  for (const name of DOUBTS) {
    const doubt = child(node, name);
    const code = doubt && attribute(doubt, 'code');
    if (code && ['U', 'UN'].includes(code.value.trim())) found.push([code]);
  }
  return found;
}

/** SU-01: a section about a fetus or a donor speaks for all its statements. */
function sectionSubject(node: Node): Leaf[] | undefined {
  for (let at = node.parent; at; at = at.parent) {
    const subject = at.name === 'section' ? relative(at) : undefined;
    if (subject) return subject;
  }
  return undefined;
}

/** GE-09: a statement about somebody else. */
function relative(node: Node): Leaf[] | undefined {
  const related = child(child(node, 'subject') ?? node, 'relatedSubject');
  if (!related) return undefined;
  const code = child(related, 'code');
  if (code && SELF.has(peek(code, 'code') ?? '')) return undefined;
  const all = leaves(related);
  return all.length > 0 ? all : undefined;
}

/** Marks as tested what decided that the statement is an asserted one: altered, it would be withheld. */
export function noteAsserted(node: Node, top: Node, run: Run): void {
  for (let at: Node | undefined = node; at; at = at.parent) {
    if (STATEMENTS.has(at.name)) {
      run.test(attribute(at, 'negationInd'));
      run.test(attribute(at, 'moodCode'));
    }
    if (at === top) break;
  }
}
