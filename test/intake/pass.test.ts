import { describe, expect, it } from 'vitest';
import { passResources } from '../../src/intake/document/pass.js';
import type { Document } from '../../src/intake/entry.js';

async function pass(value: unknown): Promise<{ types: string[]; findings: string[]; told: string }> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const document = {
    name: 'a.json',
    path: 'a.json',
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  } as unknown as Document;
  const types: string[] = [];
  const told: unknown[] = [];
  let findings: string[] = [];
  for await (const event of passResources(document, { check: 'fast' })) {
    if (event.kind === 'resource') types.push(event.resource.resourceType);
    else told.push(event);
    if (event.kind === 'end') findings = event.loss.findings.map(({ code }) => code);
  }
  return { types, findings, told: JSON.stringify(told) };
}

const bundle = (...types: unknown[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: types.map((resourceType) => ({ resource: { resourceType, id: '1' } })),
});

describe('FHIR resources among records', () => {
  it('of no type FHIR has are left out: files and addresses are named by the type', async () => {
    for (const type of [
      '../../../etc/cron',
      'Ada Lovelace',
      'Adalovelace',
      'Patient/../x',
      '',
      '__proto__',
      'constructor',
    ]) {
      const { types, findings, told } = await pass(bundle(type, 'Patient'));
      expect(types).toEqual(['Patient']);
      expect(findings).toContain('resource-unknown');
      if (type !== '') expect(told).not.toContain(type);
    }
    expect((await pass({ resourceType: '../up', id: '1' })).types).toEqual([]);
  });

  it('of types without definitions here, and of older versions, are passed on', async () => {
    expect((await pass(bundle('Claim', 'MedicationOrder'))).types).toEqual(['Claim', 'MedicationOrder']);
  });
});
