/** The rules as the build bundles them: the YAML files as plain data. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CheckData } from '../../src/check/data.js';

const read = (name: string): CheckData =>
  parse(readFileSync(new URL(`../../mappings/${name}.yaml`, import.meta.url), 'utf8'), {
    schema: 'failsafe',
  }) as CheckData;

const [generated, inWords, usCore] = [read('checks'), read('checks-in-words'), read('us-core')];

export const checkData: CheckData = { ...usCore, invariants: [...generated.invariants, ...inWords.invariants] };
