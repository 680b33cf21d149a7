/** What the build makes of the mapping files holds the same words as they do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandNames, readNames } from '../../src/map/names.js';
import { BODY, parseSource, type RawMap } from '../../src/map/yaml.js';
import { readSources } from '../../src/mappings.gen.js';

const folder = join(import.meta.dirname, '../../mappings');
const parse = (file: string) => parseSource(file, readFileSync(join(folder, file), 'utf8'));
const names = readNames(parse('names.yaml').data);
const tables = readSources().filter(({ body }) => body !== undefined);

describe('bundled tables', () => {
  it.each(tables.map((source) => [source.file, source] as const))('%s', (file, { data, body = '{}' }) => {
    expect(BODY.filter((word) => word in data)).toEqual([]);
    expect({ ...data, ...(JSON.parse(body) as RawMap) }).toEqual(expandNames(parse(file), names).data);
  });
});
