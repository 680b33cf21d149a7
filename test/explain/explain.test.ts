import { describe, expect, it } from 'vitest';
import { citedRows } from '../../scripts/citations.js';
import { measureCoverage } from '../../src/explain/coverage.js';
import { coverageToMarkdown } from '../../src/explain/coverage-markdown.js';
import { explain } from '../../src/explain/explain.js';
import { distance, findNearest } from '../../src/explain/nearest.js';
import { sayCondition, sayPath } from '../../src/explain/words.js';
import { overlayMappings } from '../../src/map/overlay.js';
import { parseCondition, parsePath } from '../../src/map/path.js';
import { loadShipped } from '../../src/map/shipped.js';
import { wrap } from '../../src/report/layout.js';

const shipped = loadShipped();
const field = async (name: string, label: string, mappings = shipped): Promise<readonly string[]> => {
  const { explanations } = await explain(name, mappings);
  return explanations[0]?.fields.find(([known]) => known === label)?.[1] ?? [];
};

describe('paths in words', () => {
  it.each([
    ['value', 'value'],
    ['a/@code', '@code of a'],
    [
      'entryRelationship/observation[is SeverityObservation]/value',
      'value of observation (template SeverityObservation) of entryRelationship',
    ],
    ['../../statusCode', 'statusCode of the element 2 levels above'],
    ['ancestor::act/id[2]', 'id (number 2) of the act around it'],
    ['a | b[not(c)]', 'a, and b (not: with c)'],
  ])('%s', (path, words) => expect(sayPath(parsePath(path))).toBe(words));

  it.each([
    ['./@negationInd=true', '@negationInd of the element itself is true'],
    ['a/@x | b/@x=1|2|3', '@x of a, or @x of b is 1, 2 or 3'],
    ['@code!=A', '@code is there, and not A'],
  ])('%s', (condition, words) => expect(sayCondition(parseCondition(condition))).toBe(words));
});

describe('explain', () => {
  it('says what a rule reads, looks up and writes, with its row and guide page', async () => {
    const { explanations } = await explain('allergy.reaction.severity', shipped);
    expect(explanations[0]?.place).toMatch(/^mappings\/allergy\.yaml:\d+$/);
    expect(await field('allergy.reaction.severity', 'Writes')).toEqual(['AllergyIntolerance.reaction.severity']);
    expect((await field('allergy.reaction.severity', 'Checklist'))[0]).toMatch(/^AL-16 {2}Allergies \(guide\): ./);
    expect((await field('allergy.reaction.severity', 'Guide'))[0]).toContain('/CF-allergies.html');
    expect(await field('allergy.reaction.severity', 'Looks up')).toContain('  255604002 becomes mild');
    expect(await field('allergy.reaction.severity', 'Within')).toContain('allergy.reaction');
  });

  it('shows the rule in effect: the user’s own, with its file and line', async () => {
    const text = 'extends: problem\nrules:\n  status:\n    map: concern-status\n';
    const own = overlayMappings([{ file: 'mine/p.yaml', text }]);
    const { explanations } = await explain('problem.status', own);
    expect(explanations[0]?.place).toBe('mine/p.yaml:3');
    expect((await field('problem.status', 'Looks up', own))[0]).toContain('concern-status');
    expect((await field('problem.status', 'Looks up'))[0]).toContain('problem-status');
  });

  it('lists the rules and losses of a table, explains a loss by its reason, a row by its rules', async () => {
    const loss = shipped.tables.get('care-team')?.lost[0];
    expect((await field('care-team', 'Rules')).join('\n')).toContain('care-team.status  to status');
    expect(await field('care-team', 'Left out')).toContain(`${loss?.id}: ${loss?.why}`);
    expect(await field(loss?.id ?? '', 'Why')).toEqual([loss?.why]);
    expect(await field('al-16', 'Rules')).toContain('allergy.reaction.severity');
    expect(await field('allergy-severity', 'Used by')).toContain('allergy.reaction.severity');
  });

  it('explains every table, its first rule and its first loss', async () => {
    for (const table of shipped.tables.values())
      for (const name of [table.name, ...[table.rules[0], table.lost[0]].flatMap((part) => part?.id ?? [])])
        expect((await explain(name, shipped)).explanations, name).not.toEqual([]);
  });

  it('offers names like the one that is not there', async () => {
    const { explanations, like } = await explain('allergy.reaction.severty', shipped);
    expect(explanations).toEqual([]);
    expect(like[0]).toBe('allergy.reaction.severity');
  });
});

describe('names', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('%s and %s are %i apart', (one, other, apart) => expect(distance(one, other)).toBe(apart));

  it('nothing is like nothing of the sort', () =>
    expect(findNearest('zzzzzzzzzz', ['allergy', 'problem'])).toEqual([]));
});

describe('coverage', () => {
  it('counts each row once, and knows a rule from a citation', async () => {
    const { rows, unknown } = await measureCoverage(shipped);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.find(({ id }) => id === 'AL-16')).toMatchObject({ state: 'rule' });
    expect(rows.find(({ id }) => id === 'CD-03')).toMatchObject({ state: 'code', rules: [] });
    expect(unknown).toEqual([]);
  });

  it('follows the mappings in use: a rule switched off no longer covers its row', async () => {
    const only = [...shipped.tables.values()].flatMap((table) => table.rules).find(({ row }) => row.includes('CT-02'));
    expect(only).toBeDefined();
    const own = overlayMappings([{ file: 'o.yaml', text: 'extends: care-team\nrules: { member: off }\n' }]);
    const rulesOf = async (mappings: typeof own) =>
      (await measureCoverage(mappings)).rows.find(({ id }) => id === 'CT-02')?.rules ?? [];
    expect((await rulesOf(own)).length).toBeLessThan((await rulesOf(shipped)).length);
  });

  it('makes Markdown tables no cell can break', async () => {
    const blocks = coverageToMarkdown(await measureCoverage(shipped)).split('\n\n');
    const tables = blocks.filter((block) => block.startsWith('| '));
    expect(tables.length).toBeGreaterThan(2);
    for (const block of tables)
      expect(
        new Set(
          block
            .trim()
            .split('\n')
            .map((line) => line.split(/(?<!\\)\|/).length),
        ).size,
      ).toBe(1);
  });

  it('spells out ranges of cited rows', () => {
    expect([...citedRows('CD-01 to CD-03, PQ-01..02; UTF-16; GE-06')]).toEqual([
      'CD-01',
      'CD-02',
      'CD-03',
      'PQ-01',
      'PQ-02',
      'GE-06',
    ]);
  });
});

describe('wrapping', () => {
  it('cuts at spaces and keeps the indentation', () =>
    expect(wrap('  one two three', 9)).toEqual(['  one two', '    three']));
});
