import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, convert, lossReport, toOperationOutcome } from '../../src/index.js';

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../samples', name));

describe('an OperationOutcome', () => {
  it('says what a check found', async () => {
    const { issues } = await check({ resourceType: 'Patient', gender: 'x' } as never, { usCore: 'none' });
    expect(toOperationOutcome(issues)).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'code-invalid',
          details: { text: 'the code is not in the value set FHIR binds the element to' },
          diagnostics: 'structure-code',
          expression: ['Patient.gender'],
        },
      ],
    });
  });

  it('says that all is well', () => {
    expect(toOperationOutcome([]).issue).toEqual([
      { severity: 'information', code: 'informational', diagnostics: 'No issues.' },
    ]);
  });

  it.each(['ccd-r21-rich.xml', 'vendor-quirks.xml', 'broken-middle.xml', 'c32.xml'])(
    'of the findings in %s is itself legal',
    async (name) => {
      const { findings } = await lossReport(convert(sample(name), { check: 'full' }));
      const outcome = toOperationOutcome(findings);
      expect(outcome.issue).toHaveLength(findings.length);
      const { issues } = await check(outcome, { level: 'full', usCore: 'none' });
      expect(issues.map(({ id }) => id)).toEqual(['dom-6']); // advice: it has no narrative
    },
  );
});
