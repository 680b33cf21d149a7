/** Two documents of one patient, merged: every fact of both is there, and none that neither has. Needs ../shared. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleToJson, convert, type Event, merge, toBundle } from '../../src/index.js';

const SHARED = ['../shared', '/../shared'].find((path) => existsSync(`${path}/score/score.py`)) ?? '';
const PAIRS = [
  ['NIST_Samples_CCDA_CCD_b1_Ambulatory_v2.xml', 'NIST_Samples_CCDA_CCD_b1_InPatient_v2.xml'],
  ['HL7_Samples_CCD.sample.xml', 'HL7_Samples_Consults.sample.xml'],
] as const;

interface Score {
  readonly missing: readonly unknown[];
  readonly extra: Readonly<Record<string, unknown>>;
}

describe.skipIf(SHARED === '')('two documents of one patient', () => {
  it.each(PAIRS)(
    '%s and %s: nothing lost, nothing invented',
    async (...names) => {
      const folder = mkdtempSync(join(tmpdir(), 'pair-'));
      const paths = names.map((name) => `${SHARED}/corpus/vendors/${name}`);
      const score = async (path: string, events: AsyncIterable<Event>): Promise<Score> => {
        writeFileSync(join(folder, 'b.json'), bundleToJson(await toBundle(events, { format: 'collection' })));
        return JSON.parse(
          execFileSync('python3', [`${SHARED}/score/score.py`, path, join(folder, 'b.json')], { encoding: 'utf8' }),
        );
      };
      const read = (path: string) => convert(readFileSync(path), { check: 'off' });
      const { patients } = await merge(...paths.map(read));
      expect(patients).toHaveLength(1);
      async function* merged(): AsyncGenerator<Event> {
        for (const resource of patients[0]?.resources ?? []) yield { kind: 'resource', resource };
      }
      for (const path of paths) {
        const [alone, together] = [await score(path, read(path)), await score(path, merged())];
        expect(together.missing).toEqual(alone.missing);
        expect(together.extra).toEqual(alone.extra);
      }
      rmSync(folder, { recursive: true });
    },
    120_000,
  );
});
