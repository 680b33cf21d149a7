import { describe, expect, it } from 'vitest';
import { createAssembly } from '../../src/assemble/assembly.js';
import type { JsonObject } from '../../src/fhir/json.js';
import type { Draft, Link } from '../../src/map/draft.js';
import { draft } from './draft.js';

const linkTo = (...keys: string[]): Link => ({ types: ['Condition'], keys, path: '', line: 0, leaves: [] });
const addition = (keys: string[], text: string): Draft =>
  draft(
    { resourceType: 'Condition', category: [{ text }] },
    { base: { link: linkTo(...keys), rule: 7 }, keys: [`concern-${text}`] },
  );
const problem = (name: string): Draft => draft({ resourceType: 'Condition', code: { text: name } }, { keys: [name] });

function assemble(window: number, ...drafts: Draft[]): { written: JsonObject[]; dangling: (string | undefined)[] } {
  const written: JsonObject[] = [];
  const dangling: (string | undefined)[] = [];
  const assembly = createAssembly(
    {
      emit: (resource) => void written.push(resource),
      conflict: () => undefined,
      dangling: (link) => void dangling.push(link.keys[0]),
    },
    window,
  );
  assembly.put(drafts);
  assembly.finish();
  return { written, dangling };
}

describe('what adds to a resource of another entry', () => {
  it('does, whichever comes first, and makes no resource of its own', () => {
    for (const drafts of [
      [problem('p'), addition(['p'], 'a'), addition(['x', 'p'], 'b')],
      [addition(['p'], 'a'), addition(['x', 'p'], 'b'), problem('p')],
    ]) {
      const { written, dangling } = assemble(100, ...drafts);
      expect(written).toMatchObject([{ code: { text: 'p' }, category: [{ text: 'a' }, { text: 'b' }] }]);
      expect(dangling).toEqual([]);
    }
  });

  it('is reported once if that never comes', () => {
    const { written, dangling } = assemble(100, addition(['p', 'q'], 'a'), problem('r'));
    expect(written).toHaveLength(1);
    expect(dangling).toEqual(['p']);
  });

  it('does not wait in any number', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => addition([name], name));
    const { written, dangling } = assemble(2, ...many, problem('c'), problem('a'));
    expect(dangling.sort()).toEqual(['a', 'b', 'd']);
    expect(written.map(({ category }) => category)).toEqual([[{ text: 'c' }], undefined]);
  });
});
