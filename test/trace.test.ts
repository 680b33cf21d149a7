/** Every resource, element and leaf says where it comes from and by which rule. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { type ConvertOptions, convert, type LossReport, prepareTrace, type TraceLine } from '../src/index.js';

const samples = join(import.meta.dirname, '../samples');

async function traceOf(name: string, options: ConvertOptions = {}) {
  const trace = prepareTrace({ check: 'off', ...options });
  const resources: FhirResource[] = [];
  let loss: LossReport | undefined;
  for await (const event of trace.follow(convert(readFileSync(join(samples, name)), trace.options))) {
    if (event.kind === 'resource') resources.push(event.resource);
    if (event.kind === 'end') loss = event.loss;
  }
  return { resources, loss, lines: [...trace.lines()] };
}

const nameOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id}`;
const isOf =
  (resource: string) =>
  (line: TraceLine): boolean =>
    line.resource === resource;

describe.each(['ccd-r21-rich.xml', 'vendor-quirks.xml'])('%s', (name) => {
  it('has a place for every resource and every element of one', async () => {
    const { resources, lines } = await traceOf(name);
    const unplaced: string[] = [];
    for (const resource of resources) {
      const own = lines.filter(isOf(nameOf(resource)));
      if (!own.some(({ table, path, line }) => table && path && line)) unplaced.push(nameOf(resource));
      for (const key of Object.keys(resource)) {
        const base = key.replace(/^_/, '');
        const told = own.some(
          ({ element = '', path, line, rule, rules }) =>
            base.startsWith(element.replace(/^_|[.[].*$/g, '')) && element && path && line && (rule || rules),
        );
        if (!told && key !== 'resourceType') unplaced.push(`${nameOf(resource)}.${key}`);
      }
    }
    expect(unplaced).toEqual([]);
  });

  it('tells the state of every leaf once, as the report counts them', async () => {
    const { loss, lines } = await traceOf(name);
    const states = lines.flatMap(({ n, state }) => (n === undefined ? [] : [state]));
    expect(states).toHaveLength(loss?.leaves.total ?? -1);
    expect(states.filter((state) => state === 'copied')).toHaveLength(loss?.leaves.copied ?? -1);
    const written = lines.filter(({ element, state }) => state === 'copied' && element);
    expect(written.every(({ resource, rule }) => resource && rule)).toBe(true);
    expect(written.length).toBeGreaterThan(states.length / 5);
  });
});

it('names the nested element, and values only when asked for', async () => {
  const { lines } = await traceOf('ccd-r21-rich.xml');
  expect(lines).toContainEqual(
    expect.objectContaining({ element: 'reaction.manifestation', rule: expect.stringMatching(/^allergy\./) }),
  );
  expect(lines.some((line) => 'value' in line)).toBe(false);
  const { lines: shown } = await traceOf('ccd-r21-rich.xml', { showValues: true });
  expect(shown.some(({ value }) => value === '2.16.840.1.113883.6.96')).toBe(true);
});
