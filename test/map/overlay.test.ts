/** A user's own files on top of the shipped tables. */
import { describe, expect, it } from 'vitest';
import { MappingError } from '../../src/finding.js';
import { overlayMappings } from '../../src/map/overlay.js';
import { loadShipped } from '../../src/map/shipped.js';
import type { Rule } from '../../src/map/table.js';

const overlay = (text: string) => overlayMappings([{ file: 'mine.yaml', text }]);

describe('an overlay', () => {
  it('changes one word of one rule and leaves the rest', () => {
    const before = loadShipped().tables.get('allergy');
    const after = overlay('extends: allergy\nrules:\n  onset: { from: effectiveTime/center }\n').tables.get('allergy');
    const onset = after?.rules.find((rule) => rule.id === 'allergy.onset');
    expect(onset?.from.map((path) => path.text)).toEqual(['effectiveTime/center']);
    expect(onset?.to).toBe(before?.rules.find((rule) => rule.id === 'allergy.onset')?.to);
    expect(after?.rules).toHaveLength(before?.rules.length ?? 0);
  });

  it('switches a rule off: what fell back from it falls back further', () => {
    const fallbackOf = (rules: readonly Rule[] | undefined, key: string) =>
      rules?.find((rule) => rule.id === `allergy.${key}`)?.fallback;
    const before = loadShipped().tables.get('allergy')?.rules;
    const after = overlay('extends: allergy\nrules:\n  type: off\n').tables.get('allergy')?.rules;
    expect(fallbackOf(before, 'type-of-code')).toBe('type');
    expect(after?.map((rule) => rule.id)).not.toContain('allergy.type');
    expect(fallbackOf(after, 'type-of-code')).toBe(fallbackOf(before, 'type'));
  });

  it('every rule says the file it is from', () => {
    const filesOf = (rules: readonly Rule[] | undefined) => new Map(rules?.map(({ id, file }) => [id, file]));
    const before = filesOf(loadShipped().tables.get('allergy')?.rules);
    const after = filesOf(overlay('extends: allergy\nrules:\n  onset: { row: AL-02 }\n').tables.get('allergy')?.rules);
    expect(new Set(before.values())).toEqual(new Set(['allergy.yaml', 'common.yaml']));
    expect(after.get('allergy.onset')).toBe('mine.yaml');
    after.delete('allergy.onset');
    before.delete('allergy.onset');
    expect(after).toEqual(before);
  });

  it('is refused with file and line', () => {
    const attempt = () => overlay('extends: allergy\nrules:\n  onset: { form: effectiveTime }\n');
    expect(attempt).toThrow(MappingError);
    expect(attempt).toThrow(/^mine\.yaml:3: /);
  });
});
