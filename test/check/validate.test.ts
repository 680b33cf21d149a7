import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SAMPLES } from './samples.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'validate-'));
const entry = (resource: { id: string }) => ({
  fullUrl: `urn:uuid:${resource.id}`,
  resource,
  request: { method: 'PUT', url: `x/${resource.id}` },
});
const { patient, vital } = SAMPLES;
const validate = (file: string, content: string) => {
  writeFileSync(join(folder, file), content);
  return spawnSync(process.execPath, ['--import', 'tsx', 'scripts/validate.ts', join(folder, file)], {
    cwd: root,
    encoding: 'utf8',
  });
};
const bundle = (...resources: { id: string }[]) =>
  JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: resources.map(entry) });

describe('scripts/validate.ts', { timeout: 60_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('passes a sound Bundle', () => {
    const linked = { ...vital, subject: { reference: 'urn:uuid:1' } };
    const { status, stdout } = validate('good.json', bundle(patient, linked));
    expect([status, stdout]).toEqual([0, '1 files, 3 resources, 0 errors\n']);
  });

  it('counts what is wrong and prints no values', () => {
    const broken = { ...patient, birthDate: 'Zaphod', Zaphod: 1 };
    const { status, stdout } = validate(
      'bad.ndjson',
      [broken, patient, { ...vital, subject: { reference: 'Patient/9' } }]
        .map((each) => JSON.stringify(each))
        .join('\n'),
    );
    expect(status).toBe(1);
    expect(stdout).toContain('1  error Id used twice Patient');
    expect(stdout).toContain('1  error Reference resolves to nothing Observation');
    expect(stdout).toContain('Patient.birthDate');
    expect(stdout).not.toContain(patient.name[0].family);
    expect(stdout).toContain('1 files, 3 resources, 4 errors');
  });
});
