/** The rules as the build bundles them: the two YAML files as plain data. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CheckData } from '../../src/check/data.js';

const read = (name: string): unknown =>
  parse(readFileSync(new URL(`../../mappings/${name}.yaml`, import.meta.url), 'utf8'), { schema: 'failsafe' });

export const checkData = { ...(read('checks') as object), ...(read('us-core') as object) } as CheckData;
