import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, prepareExplanation } from '../../src/index.js';

const source = readFileSync(join(import.meta.dirname, '../../samples/ccd-r21-rich.xml'));
const lines = source.toString().split('\n');

async function explain(reference: string, options = {}) {
  const prepared = prepareExplanation(reference, options);
  return prepared.explain(convert(source, { ...prepared.options, name: 'rich.xml' }));
}

async function findAllergy(): Promise<string> {
  for await (const event of convert(source))
    if (event.kind === 'resource' && event.resource.resourceType === 'AllergyIntolerance')
      return event.resource.id ?? '';
  return '';
}

describe('why a resource is as it is', () => {
  it('is said by element, with rules, lines and rows, and without values', async () => {
    const id = await findAllergy();
    const { explanation } = await explain(`AllergyIntolerance/${id}`);
    const fields = new Map(explanation?.fields);
    expect(explanation?.title).toBe(`AllergyIntolerance/${id}`);
    const [made = ''] = fields.get('Made of') ?? [];
    expect(made).toMatch(/^section\[Allergies\]\/entry\/.*AllergyObservation\].* by table allergy$/);
    expect(lines[Number(/line (\d+)/.exec(made)?.[1]) - 1]).toContain('<observation');
    const codes = fields.get('code') ?? [];
    expect(codes.length).toBeGreaterThan(0);
    for (const line of codes)
      expect(line).toMatch(/\/(code|@\w+|#?\w+\(\)|.*) +line \d+ +(copied|implied) by allergy\./);
    const at = Number(/@code +line (\d+)/.exec(codes.join('\n'))?.[1]);
    expect(lines[at - 1]).toContain('<code ');
    expect(fields.get('Others')?.join('\n')).toMatch(/^id: a name-based UUID/m);
    expect(fields.get('Checklist')?.join('\n')).toMatch(/^AL-\d\d/m);
    const code = /code="([^"]+)"/.exec(lines[at - 1] ?? '')?.[1] ?? '?';
    expect(JSON.stringify(explanation)).not.toContain(code);
    expect(JSON.stringify(await explain(id, { showValues: true }))).toContain(code);
  });

  it('is found by id and by fullUrl alike', async () => {
    const id = await findAllergy();
    const { explanation } = await explain(`AllergyIntolerance/${id}`);
    expect(await explain(id)).toEqual({ explanation, like: [] });
    expect(await explain(`urn:uuid:${id}`)).toEqual({ explanation, like: [] });
  });

  it('names resources there are when there is none such', async () => {
    const { explanation, like } = await explain('AllergyIntolerance/none');
    expect(explanation).toBeUndefined();
    expect(like[0]).toMatch(/^AllergyIntolerance\//);
  });
});
