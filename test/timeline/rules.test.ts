import { describe, expect, it } from 'vitest';
import { loadReconcileRules, MappingError } from '../../src/index.js';
import { parseSource } from '../../src/map/yaml.js';

describe('loadReconcileRules', () => {
  it.each([
    ['a word it does not know', 'types:\n  Condition: { abuot: [code] }', 2],
    ['an element R4 does not have', 'types:\n  Condition: { about: [name] }', 2],
    ['a resource R4 does not have', 'types:\n  Problem: { kind: condition }', 2],
    ['a kind there is not', 'types:\n  Condition:\n    kind: problem', 2],
    ['a rule over a part there is not', 'types:\n  Condition:\n    rules: { x: [when] }', 2],
    ['a pattern that is none', 'patient:\n  nobody: ["("]', 1],
    ['a number that is none', 'units:\n  g: { unit: kg, factor: x }', 2],
  ])('refuses %s, with its place', (_what, text, line) => {
    const load = () => loadReconcileRules(parseSource('mine.yaml', text));
    expect(load).toThrow(MappingError);
    expect(load).toThrow(`mine.yaml:${line}:`);
  });
});
