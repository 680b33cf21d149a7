import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truth } from '../../src/check/collection.js';
import { compileExpression } from '../../src/check/expression.js';
import { loadEngine } from '../../src/check/fhirpath.js';
import { isResourceType } from '../../src/fhir/shapes.js';
import { arbitraryContent } from './arbitrary.js';
import { checkData } from './data.js';

const fast = checkData.invariants.filter((rule) => rule.speed === 'fast');
/** fhirpath.js orders UCUM quantities only, and finds all others in order; see the rows on `low <= high`. */
const compared = fast.filter((rule) => rule.on !== 'DomainResource' && rule.id !== 'rng-2');
const words = (text: string): Set<string> => new Set(text.replace(/'[^']*'/g, '').match(/[a-z]\w*/gi));
const evaluateOn = (expression: string, record: object): boolean | undefined => {
  const evaluate = compileExpression(expression);
  return evaluate && truth(evaluate([record], { resource: [record], root: [record] }));
};

describe('expressions', () => {
  it('knows every fast rule, and every rule and condition of the profiles', () => {
    const profileRules = checkData.profiles.flatMap(({ when, rules, rulesSince }) => [
      ...(when ? [when] : []),
      ...Object.values(rules ?? {}),
      ...Object.values(rulesSince ?? {}).flatMap((each) => Object.values(each)),
    ]);
    const unknown = [...fast.map((rule) => rule.expression), ...profileRules].filter(
      (each) => !compileExpression(each),
    );
    expect(unknown).toEqual([]);
    expect(profileRules.length).toBeGreaterThan(60);
  });

  it.each(compared.map((rule) => [`${rule.id} on ${rule.on}`, rule] as const))(
    'agrees with fhirpath.js: %s',
    async (_, { on, expression, trigger }) => {
      const engine = (await loadEngine())(expression, on);
      const type = on.endsWith('[x]') ? 'Range' : elementType(on);
      fc.assert(
        fc.property(arbitraryContent(type, words(expression), 3), (content) => {
          const record = isResourceType(on) ? { resourceType: on, ...content } : content;
          const mine = evaluateOn(expression, record);
          const theirs = truth(engine([record], { resource: [record], root: [record] }));
          expect(mine).toBe(theirs);
          const isTriggered = trigger.length === 0 || trigger.some((name) => hasElement(content, name));
          if (!isTriggered) expect(mine).toBe(true);
        }),
        { numRuns: 60, seed: 7 },
      );
    },
  );

  it.each([
    ["a.where(b = 'x').exists()", { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ["a in ('x' | 'y')", { a: 'z' }, false],
    ['a > 0 and b.count() + a > 2', { a: 1, b: ['p', 'q'] }, true],
    ['value.exists() xor a.exists()', { valueQuantity: {}, a: 1 }, false],
    ['a.all($this.length() >= 2)', { a: ['xx', 'y'] }, false],
    ["a.startsWith('#').not()", { a: '#1' }, false],
    ['start <= end', { start: '2014-05-01', end: '2014' }, undefined],
    ['start <= end', { start: '2014-05-01', end: '2013' }, false],
    ['start <= end', { start: '2014-05-01T10:00:00+02:00', end: '2014-05-01T09:00:00Z' }, true],
    ['low <= high', { low: { value: 2 }, high: { value: 1 } }, false],
    ['low <= high', { low: { value: 2, code: 'mg' }, high: { value: 1, code: 'g' } }, undefined],
    ['low <= high', { low: { value: 1, code: 'mg' }, high: { value: 1, code: 'mg' } }, true],
    ['name.exists()', { _name: { extension: [] } }, true],
    ['a = b', {}, undefined],
  ] as const)('%s', (expression, record, expected) => {
    expect(evaluateOn(expression, record)).toBe(expected);
  });

  it.each(['a.iif(b, c)', 'a is Patient', 'a.resolve()', "a ~ 'x'", 'a[0]', '(a', "a.where(b = 'x'"])(
    'leaves %s',
    (text) => {
      expect(compileExpression(text)).toBeUndefined();
    },
  );
});

function hasElement(content: object, name: string): boolean {
  return Object.keys(content).some(
    (key) => key === name || (key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length))),
  );
}

/** `Organization.address` is an Address; `Patient.contact` has content of its own. */
function elementType(on: string): string {
  return { 'Organization.address': 'Address', 'Organization.telecom': 'ContactPoint' }[on] ?? on;
}
