/** Clinical statements, and which of them a path sees. */
import { attribute, isLeaf, mayHave, type Node, nameBit } from '../read/node.js';
import type { Condition, Step } from './path.js';
import type { Scope } from './select.js';

/** Clinical statements: only asserted ones are stepped into, unless the path asks for the others (GE-02, GE-03). */
export const STATEMENTS: ReadonlySet<string> = new Set([
  'act',
  'encounter',
  'observation',
  'organizer',
  'procedure',
  'substanceAdministration',
  'supply',
]);

/** Lets only asserted statements pass; predicates that name the modifier take over the decision. */
export function compileGuard(step: Step): ((node: Node, scope: Scope) => boolean) | undefined {
  if (step.name !== '*' && !STATEMENTS.has(step.name)) return undefined;
  const text = step.predicates.map(describeCondition).join(' ');
  const [negation, mood, nullFlavor, status] = ['@negationInd', '@moodCode', '@nullFlavor', 'statusCode'].map(
    (modifier) => !text.includes(modifier),
  );
  return (node, scope) => {
    if (!STATEMENTS.has(node.name)) return true;
    const negated = negation ? attribute(node, 'negationInd') : undefined;
    if (negated && isTrue(negated.value)) return false;
    const moodCode = mood ? attribute(node, 'moodCode') : undefined;
    if (moodCode && moodCode.value !== 'EVN') return false;
    if (nullFlavor && attribute(node, 'nullFlavor')) return false;
    if (status && isNullified(node)) return false;
    if (isDenied(node.parent)) return false;
    scope.test(negated);
    scope.test(moodCode);
    return true;
  };
}

/** True for an `entryRelationship` (or an organizer's `component`) that is negated: what it leads to is not said to be so. */
export function isDenied(relation: Node | undefined): boolean {
  if (relation?.name !== 'entryRelationship' && relation?.name !== 'component') return false;
  return isTrue(attribute(relation, 'negationInd')?.value ?? '');
}
const STATUS = nameBit('statusCode');

/** `1` is as true as `true` (xs:boolean), and so are capitals, which a denial must not be lost for. */
export const isTrue = (value: string): boolean => ['true', '1'].includes(value.trim().toLowerCase());

/** True for the status `nullified`, however it is spelled, and for what FHIR and HL7 version 2 users write instead. */
export const isVoid = (status: string): boolean => status.length >= 9 && VOID.test(status);

/** A status as code tables and conditions know it: small letters, one spelling. */
export function statusWord(status: string): string {
  if (isVoid(status)) return 'nullified';
  const word = status.trim().toLowerCase();
  return word === 'canceled' ? 'cancelled' : word;
}

const VOID = /^\s*(nullified|entered[\s_-]?in[\s_-]?error)\s*$/i;

/** GE-04: a nullified statement was made in error. */
export function isNullified(node: Node): boolean {
  if (!mayHave(node, STATUS)) return false;
  for (const item of node.content) {
    if (item.name === 'statusCode' && !isLeaf(item) && isVoid(attribute(item, 'code')?.value ?? '')) return true;
  }
  return false;
}

function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'not':
      return describeCondition(condition.condition);
    case 'exists':
    case 'mention':
    case 'compare':
      return condition.path.text;
    default:
      return '';
  }
}
