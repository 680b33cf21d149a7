/** Reads the reference data: code tables, extensions, systems, what is structure everywhere. */

import { MappingError } from '../finding.js';
import { entries, map, strings, text } from './raw.js';
import type { CodeTable, CodeTarget, ExtensionShape, Systems } from './table.js';
import type { Raw, RawMap, Source } from './yaml.js';

export function readCodeTables(sources: readonly Source[]): Map<string, CodeTable> {
  const tables = new Map<string, CodeTable>();
  for (const { file, data } of sources) {
    const name = text(data.table) ?? text(data.extends);
    if (!data.codes || name === undefined) continue;
    const base = data.extends ? tables.get(text(data.extends) ?? '') : undefined;
    if (!data.extends && tables.has(name)) throw new MappingError(`the code table "${name}" exists already`, file, 1);
    const codes = new Map<string, CodeTarget>(base?.codes);
    for (const [code, target] of entries(data.codes)) {
      if (target === 'off') codes.delete(code);
      else codes.set(code, readTarget(target));
    }
    tables.set(name, {
      file,
      line: 1,
      name,
      row: strings(data.row ?? base?.row?.slice()),
      systems: data.systems ? strings(data.systems) : (base?.systems ?? []),
      system: text(data.system) ?? base?.system,
      codes,
      default: text(data.default) ?? base?.default,
    });
  }
  return tables;
}

function readTarget(raw: Raw): CodeTarget {
  if (typeof raw === 'string') return { code: raw, display: undefined, system: undefined, why: undefined };
  const target = map(raw);
  return {
    code: text(target.code),
    display: text(target.display),
    system: text(target.system),
    why: text(target.why),
  };
}

export function readExtensions(raw: Raw | undefined): Map<string, ExtensionShape> {
  return new Map(
    entries(raw).map(([name, value]) => {
      const shape = map(value);
      const parts = Object.fromEntries(entries(shape.parts).map(([part, type]) => [part, String(type)]));
      return [name, { url: text(shape.url) ?? '', type: text(shape.type), parts }];
    }),
  );
}

export function readSystems(raw: RawMap | undefined): Systems {
  const pairs = (key: string) => new Map(entries(raw?.[key]).map(([oid, uri]) => [oid, String(uri)]));
  return {
    codeSystems: pairs('code-systems'),
    identifierSystems: pairs('identifier-systems'),
    names: pairs('names'),
    valueSets: strings(raw?.['value-sets']),
    valueSetSystems: pairs('value-set-systems'),
  };
}

export function readFrame(common: RawMap): { attributes: ReadonlySet<string>; elements: ReadonlySet<string> } {
  const frame = map(common['frame-everywhere'] ?? {});
  return { attributes: new Set(strings(frame.attributes)), elements: new Set(strings(frame.elements)) };
}
