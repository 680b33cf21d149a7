import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { appleZip, CDA } from '../../scripts/apple-archive.js';
import { cda, makeArchives } from '../../scripts/archives.js';
import { listDocuments } from '../../src/intake/documents.js';
import { type Inspection, inspectDocument } from '../../src/intake/inspect.js';
import { formatInspection, formatInspections } from '../../src/report/inspection.js';

const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inspect(path: string): Promise<Inspection[]> {
  const found: Inspection[] = [];
  for await (const document of listDocuments([path])) found.push(await inspectDocument(document));
  return found;
}

const sample = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

describe('inspect tells', () => {
  it.each([
    ['ccd-r21-rich.xml', 'C-CDA R2.1', 'Continuity of Care Document'],
    ['ccd-r11.xml', 'C-CDA R1.1', 'Continuity of Care Document'],
    ['c32.xml', 'HITSP C32', 'Continuity of Care Document'],
    ['discharge-summary.xml', 'C-CDA R2.1', 'Discharge Summary'],
  ])('the guide and the type of %s', async (name, era, type) => {
    const [found] = await inspect(sample(name));
    expect(found).toMatchObject({ kind: 'cda', fate: 'convert', outline: { era, type, complete: true } });
    expect(found?.outline?.sections.length).toBeGreaterThan(2);
  });

  it('a document whose body is one piece, and one that ends early', async () => {
    expect((await inspect(sample('unstructured.xml')))[0]?.outline).toMatchObject({ unstructured: true, sections: [] });
    writeFileSync(join(folder, 'cut.xml'), cda('cut').slice(0, -150));
    const [found] = await inspect(join(folder, 'cut.xml'));
    expect(found?.outline?.complete).toBe(false);
    expect(found && formatInspection(found, { color: false, width: 100 })).toContain('It ends early');
  });

  it('what of each sample archive would be converted, passed on, kept and left out, in words and without values', async () => {
    const sums = new Map<string, number>();
    for (const [name, bytes] of await makeArchives()) {
      writeFileSync(join(folder, name), bytes);
      for (const found of await inspect(join(folder, name))) {
        sums.set(found.fate, (sums.get(found.fate) ?? 0) + 1);
        const words = formatInspection(found, { color: false, width: 100 });
        expect(words).toContain(found.is === 'clinical document (CDA)' && found.outline ? found.outline.era : found.is);
        expect(words + JSON.stringify(found)).not.toMatch(/Ada|Sample\b|p-1/);
      }
    }
    expect(Object.fromEntries(sums)).toEqual({ convert: 12, pass: 1, keep: 11, 'leave-out': 25 });
    expect(formatInspections(sums)).toBe(
      '49 files: 12 to convert, 1 of FHIR to pass on, 11 to keep as they are, 25 to leave out.\n',
    );
  });

  it('the records of an Apple Health export by type, and an export that ends early', async () => {
    writeFileSync(join(folder, 'apple.zip'), appleZip());
    const [found] = await inspect(join(folder, 'apple.zip'));
    expect(found?.outline).toMatchObject({ type: 'Apple Health export', complete: true });
    expect(found?.outline?.sections).toEqual(
      expect.arrayContaining([
        { name: 'Record[HKQuantityTypeIdentifierHeartRate]', entries: 2 },
        { name: 'Workout', entries: 1 },
        { name: 'ClinicalRecord', entries: 4 },
        { name: 'export in CDA', entries: 0 },
        { name: 'clinical-records', entries: 3 },
      ]),
    );
    writeFileSync(join(folder, 'export_cda.xml'), CDA.slice(0, CDA.indexOf('</ClinicalDocument>')));
    expect((await inspect(join(folder, 'export_cda.xml')))[0]).toMatchObject({
      kind: 'apple-cda',
      outline: { complete: false, sections: [{ entries: 1 }, { entries: 1 }] },
    });
  });

  it('a name cannot steer the terminal', () => {
    const evil = { path: 'a\u001b[2Jb', is: 'PDF', fate: 'keep' } as const;
    expect(formatInspection(evil, { color: false, width: 100 })).not.toContain('\u001b');
  });
});
