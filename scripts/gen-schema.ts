/**
 * Writes mappings/mapping.schema.json, by which editors know the words of the tables, the elements of what a table
 * makes, and the names rules may use. Words and their meaning come from docs/mapping-format.md. `--check` exits 1 when
 * the file is stale.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { CONVERTERS } from '../src/fhir/datatypes/index.js';
import { ELEMENTS } from '../src/fhir/shapes.gen.js';
import { elementsOf, isResourceType } from '../src/fhir/shapes.js';
import { loadSources } from '../src/map/load.js';
import { expandNames, readNames } from '../src/map/names.js';
import type { Mappings } from '../src/map/table.js';
import { parseSource } from '../src/map/yaml.js';
import { writeGenerated } from './definitions.js';

type Schema = { [key: string]: unknown };

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const oneOrMore = (item: Schema): Schema => ({ anyOf: [item, { type: 'array', items: item }] });
/** Offers the known names; a user's own file may add more. */
const known = (names: Iterable<string>): Schema => ({ anyOf: [{ enum: [...names].sort() }, { type: 'string' }] });

/** Word -> meaning, of one table of the page. Several words may share a line. */
export function readWords(markdown: string, heading: string): Map<string, string> {
  const start = markdown.indexOf(`## ${heading}`);
  if (start < 0) throw new Error(`docs/mapping-format.md has no heading "${heading}"`);
  const [part = ''] = markdown.slice(start + 3).split('\n## ');
  const words = new Map<string, string>();
  for (const line of part.split('\n')) {
    const [, left = '', right = ''] = /^\| (.*?) \| (.*) \|$/.exec(line) ?? [];
    for (const [, word = ''] of left.matchAll(/`(\w+)(?:: \w+)?`/g)) words.set(word, right.replace(/`/g, ''));
  }
  return words;
}

function readMappings(): Mappings {
  const files = (readdirSync(at('mappings'), { recursive: true }) as string[]).filter(
    (file) => file.endsWith('.yaml') && !/^upgrade[\\/]/.test(file),
  );
  const names = readNames(parseSource('names.yaml', readFileSync(at('mappings/names.yaml'), 'utf8')).data);
  const sources = files
    .sort()
    .map((file) => expandNames(parseSource(file, readFileSync(at(`mappings/${file}`), 'utf8')), names));
  return loadSources(sources, '');
}

/** Elements a rule of such a table may write, a choice in both spellings. */
function heads(type: string): string[] {
  return [...(elementsOf(type) ?? [])].flatMap(([name, { types }]) => {
    if (!name.endsWith('[x]')) return [name];
    const base = name.slice(0, -3);
    return [`${base}\\[x\\]`, ...types.map((each) => base + each.charAt(0).toUpperCase() + each.slice(1))];
  });
}

const rulesOf = (make: string): Schema => ({
  if: { properties: { make: { const: make } }, required: ['make'] },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: {
    properties: {
      rules: {
        additionalProperties: {
          properties: { to: { pattern: `^(${heads(make).join('|')})([.\\[]|$)` } },
        },
      },
    },
  },
});

/** What the words hold; all others hold text. */
function shapes(): { table: Schema; rule: Schema } {
  const path = { type: 'string' };
  const lists = { from: path, each: path, when: path, unless: path, row: ref('row') };
  const several = Object.fromEntries(Object.entries(lists).map(([word, item]) => [word, oneOrMore(item)]));
  return {
    rule: {
      ...several,
      as: known(Object.keys(CONVERTERS)),
      map: ref('code-table'),
      build: ref('table'),
      link: oneOrMore({ enum: resources() }),
      value: {},
      needs: oneOrMore({ type: 'string' }),
      rules: ref('rules'),
    },
    table: {
      ...several,
      withhold: oneOrMore(path),
      conflict: oneOrMore(path),
      'known-by': path,
      in: oneOrMore(path),
      extends: ref('table'),
      choose: { type: 'array', items: ref('table') },
      into: ref('table'),
      make: { enum: ['Composition.section', ...resources()] },
      needs: oneOrMore({ type: 'string' }),
      use: oneOrMore(known(groupNames())),
      modifiers: oneOrMore(path),
      anywhere: { const: 'on' },
      provenance: { const: 'off' },
      rules: ref('rules'),
      lost: { type: 'object', additionalProperties: { anyOf: [ref('loss'), { const: 'off' }] } },
      frame: oneOrMore(path),
    },
  };

  function groupNames(): string[] {
    const common = parseSource('common.yaml', readFileSync(at('mappings/common.yaml'), 'utf8')).data;
    return Object.keys(typeof common.groups === 'object' ? common.groups : {}).filter((name) => !name.startsWith('$'));
  }
}

const resources = (): string[] => Object.keys(ELEMENTS).filter((type) => type !== 'Resource' && isResourceType(type));

/** The words of the page, each with its meaning and what it holds. */
function properties(words: Map<string, string>, shape: Schema): Schema {
  return Object.fromEntries(
    [...words].map(([word, description]) => [
      word,
      { description, ...((shape[word] as Schema) ?? { type: 'string' }) },
    ]),
  );
}

/** The schema, as text. Input: the page of the language and the loaded mappings. */
export function writeSchema(markdown: string, mappings: Mappings, rows: readonly string[]): string {
  const shape = shapes();
  const table = properties(readWords(markdown, 'Table words'), shape.table);
  const rule = properties(readWords(markdown, 'Rule words'), shape.rule);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Generated by scripts/gen-schema.ts. Do not edit.',
    title: 'Mapping table of ccd2fhir',
    type: 'object',
    if: { required: ['codes'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: ref('code-file'),
    else: { properties: table, additionalProperties: false, allOf: resources().map(rulesOf) },
    $defs: {
      rules: { type: 'object', additionalProperties: { anyOf: [ref('rule'), { const: 'off' }] } },
      rule: { type: 'object', properties: rule, additionalProperties: false },
      loss: {
        type: 'object',
        properties: { row: oneOrMore(ref('row')), from: { type: 'string' }, why: { type: 'string' } },
        additionalProperties: false,
      },
      'code-file': {
        type: 'object',
        properties: { codes: { type: 'object', additionalProperties: ref('code') }, row: oneOrMore(ref('row')) },
      },
      code: {
        anyOf: [
          { type: ['string', 'number'] },
          {
            type: 'object',
            properties: Object.fromEntries(
              ['code', 'display', 'system', 'why'].map((key) => [key, { type: 'string' }]),
            ),
            additionalProperties: false,
          },
        ],
      },
      table: known(mappings.tables.keys()),
      'code-table': known(mappings.codes.keys()),
      template: {
        description: 'Names for the path predicate `[is Name]`',
        enum: [...mappings.templates.keys()].sort(),
      },
      extension: { description: 'Names for `extension[name]`', enum: [...mappings.extensions.keys()].sort() },
      row: { description: 'Row of docs/mapping-checklist.md', enum: rows },
    },
  };
  return `${JSON.stringify(schema, undefined, 1)}\n`;
}

const rows = Object.keys(parseSource('rows.yaml', readFileSync(at('mappings/rows.yaml'), 'utf8')).data).filter(
  (key) => !key.startsWith('$'),
);
writeGenerated(
  at('mappings/mapping.schema.json'),
  writeSchema(readFileSync(at('docs/mapping-format.md'), 'utf8'), readMappings(), rows),
);
