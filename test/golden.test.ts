/** Golden cases: `test/golden/<case>/input.xml` becomes exactly `resources.ndjson` and `loss.json`. `UPDATE=1` rewrites them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, stringify } from '../src/index.js';

const folder = join(import.meta.dirname, 'golden');
const update = process.env.UPDATE === '1';

/** One resource per line, in reading order; the loss report without what changes with every release. */
async function convertCase(input: string): Promise<{ resources: string; loss: string }> {
  const lines: string[] = [];
  let loss = '';
  for await (const event of convert(readFileSync(input), { name: 'input.xml', onError: fail })) {
    if (event.kind === 'resource') lines.push(stringify(event.resource as never));
    if (event.kind === 'end') {
      const { source: _source, engine: _engine, fingerprint: _, ...report } = event.loss;
      loss = `${JSON.stringify(report, null, 1)}\n`;
    }
  }
  return { resources: `${lines.join('\n')}\n`, loss };
}

function fail(error: unknown): never {
  throw error;
}

describe('golden cases', () => {
  for (const name of readdirSync(folder)) {
    const files = ['input.xml', 'resources.ndjson', 'loss.json'].map((file) => join(folder, name, file)) as [
      string,
      string,
      string,
    ];
    const [input, resources, loss] = files;
    if (!existsSync(input)) continue;
    it(name, async () => {
      const made = await convertCase(input);
      if (update) {
        writeFileSync(resources, made.resources);
        writeFileSync(loss, made.loss);
      }
      expect(made.resources).toBe(readFileSync(resources, 'utf8'));
      expect(made.loss).toBe(readFileSync(loss, 'utf8'));
    });
  }
});
