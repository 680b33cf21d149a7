import { describe, expect, it } from 'vitest';
import { compileMappings } from '../../src/map/compile.js';
import { loadSources } from '../../src/map/load.js';
import { verifyMappings } from '../../src/map/verify.js';
import { parseSource } from '../../src/map/yaml.js';

const COLOURS = 'table: colours\ncodes:\n  F: final\n  P: purple\n';

/** What loading says of a table for Observations with these rules; undefined if all is well. */
function complaint(rules: string, ...others: string[]): string | undefined {
  const head = 'table: t\nin: entry/observation\nmake: Observation\nrules:\n';
  const text = `${head}${rules.replace(/^/gm, '  ')}\n`;
  return complaintOf(text, ...others);
}

function complaintOf(...texts: string[]): string | undefined {
  try {
    const mappings = loadSources(
      texts.map((text, index) => parseSource(index === 0 ? 't.yaml' : `other${index}.yaml`, text)),
      '',
    );
    compileMappings(mappings, true);
    verifyMappings(mappings, new Set(['RO-01']));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a table is refused, with file and line', () => {
  it.each([
    ['an element FHIR does not have', 'a: { from: code, to: colour }', /^t\.yaml:5: .*no element Observation\.colour/],
    [
      'a code table that is not there',
      'a: { from: code, map: nope, to: status }',
      /^t\.yaml:5: .*no code table "nope"/,
    ],
    [
      'a code the element does not allow',
      'a: { from: code/@code, map: colours, to: status }',
      /^t\.yaml:5: t\.a: colours gives "purple"/,
    ],
    [
      'a table to build that is not there',
      'a: { from: performer, build: nope, to: performer }',
      /^t\.yaml:5: .*no table "nope"/,
    ],
    [
      'a fallback without sibling',
      'a: { from: code, to: code, fallback: nope }',
      /^t\.yaml:5: t\.a: `fallback` names no sibling/,
    ],
    ['a row the checklist does not have', 'a: { row: XX-99, from: code, to: code }', /^t\.yaml:5: .*no row XX-99/],
    ['a template that is not there', 'a: { from: "value[is Nope]", to: code }', /no template "Nope"/],
    [
      'two rules for one element',
      'a: { from: code, to: code }\nb: { from: value, to: code }',
      /^t\.yaml:6: t\.b and t\.a both write code/,
    ],
    [
      'two spellings of one choice',
      'a: { from: effectiveTime, to: effectivePeriod }\nb: { from: effectiveTime, to: "effective[x]" }',
      /^t\.yaml:6: t\.b and t\.a both write effective\[x\]/,
    ],
    [
      'rivals inside a nested group',
      'g:\n  each: referenceRange\n  to: referenceRange\n  rules:\n    a: { from: text, to: text }\n    b: { from: code, as: string, to: text }',
      /^t\.yaml:10: t\.g\.b and t\.g\.a both write text/,
    ],
    [
      'a need for what FHIR does not have',
      'g: { each: component, to: component, needs: code|colour, rules: { a: { from: code, to: code } } }',
      /^t\.yaml:5: t\.g: FHIR R4 has no element Observation\.component\.colour/,
    ],
    [
      'a need of a rule without parts',
      'a: { from: code, to: code, needs: text }',
      /^t\.yaml:5: t\.a: `needs` stands beside/,
    ],
    [
      'conditions that may both hold',
      'a: { when: "./@x=1|2", from: code, to: code }\nb: { when: "./@x=2|3", from: value, to: code }',
      /both write code/,
    ],
  ])('%s', (_what, rules, message) => expect(complaint(rules, COLOURS)).toMatch(message));

  it('for a loss named like a rule', () =>
    expect(
      complaintOf(
        'table: t\nmake: Observation\nrules:\n  a: { from: code, to: code }\nlost:\n  a: { from: text, why: it is lost }\n',
      ),
    ).toMatch(/^t\.yaml:6: t\.a: a rule has this name/));

  it('for a choice among tables that are not there', () =>
    expect(complaintOf('table: t\nchoose: [nope]\n')).toMatch(/^t\.yaml:1: t: there is no table "nope"/));

  it('for a reason cut off at a comma', () =>
    expect(complaintOf('table: t\nmake: Basic\nlost:\n  a: { from: id, why: this, and that }\n')).toMatch(
      /^t\.yaml:4: t\.a: "and that" is not a word/,
    ));

  it('for a second code table of one name', () =>
    expect(complaintOf(COLOURS, COLOURS)).toMatch(/^other1\.yaml:1: the code table "colours" exists already/));

  it('for a word to make nothing of', () => expect(complaintOf('table: t\nin: entry/act\n')).toMatch(/needs `make`/));
});

describe('two rules may share an element', () => {
  it.each([
    ['one falls back from the other', 'a: { from: code, to: code }\nb: { fallback: a, from: value, to: code }'],
    [
      'over a chain',
      'a: { from: code, to: code }\nb: { fallback: a, from: value, to: method }\nc: { fallback: b, from: text, as: CodeableConcept, to: code }',
    ],
    [
      'when and unless say the opposite',
      'a: { when: ./@x, from: code, to: code }\nb: { unless: ./@x, from: value, to: code }',
    ],
    [
      'their values differ',
      'a: { when: "./@x=1", from: code, to: code }\nb: { when: "./@x=2|3", from: value, to: code }',
    ],
    ['one excludes what the other takes', 'a: { from: code, to: code }\nb: { unless: code, from: value, to: code }'],
    ['the element is a list', 'a: { from: code, to: category }\nb: { from: value, to: category }'],
    [
      'they convert different members',
      'a: { from: effectiveTime, to: effectiveTiming.repeat, as: TimingRepeat }\nb: { from: value, to: effectiveTiming.repeat, as: TimingRepeat }',
    ],
    [
      'both say the same constant',
      'a: { when: code, value: final, to: status }\nb: { when: text, value: final, to: status }',
    ],
  ])('if %s', (_what, rules) => expect(complaint(rules)).toBeUndefined());
});
