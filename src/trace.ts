/** Source pointers: where every resource, every element and every leaf comes from, and by which rule. */
import type { ConvertOptions } from './convert.js';
import type { Event } from './event.js';
import { findTargets, isNameOf, listWriters, type Target } from './explain/find.js';
import type { LeafState } from './ledger.js';
import { createDescriber, createNames } from './map/describe.js';
import { loadShipped } from './map/shipped.js';
import type { Node } from './read/node.js';
import { createCollection, findResource, type Traced } from './view/loss/collect.js';

/**
 * One pointer, by the members it has. `resource` and `table`: the element of the source a resource was made of (several
 * lines if of several). `n` and `state`: a leaf and what became of it; where it was written, with `resource` and
 * `element`. `resource` and `rules`: an element that no leaf is written to (a constant, a reference, an id), where its
 * resource comes from, and the rules that may have written it; without any, it is the engine's (`id`, `meta`).
 */
export interface TraceLine {
  /** `Type/id`. */
  readonly resource?: string | undefined;
  /** `onsetDateTime`, `reaction.severity`, `value[x]`: as the rule names it. */
  readonly element?: string | undefined;
  readonly rule?: string | undefined;
  readonly rules?: readonly string[];
  readonly table?: string;
  readonly state?: LeafState;
  /** Readable location, as in the loss report. */
  readonly path?: string;
  readonly line?: number;
  /** Place of the leaf among all leaves of the document. */
  readonly n?: number;
  /** Only with `showValues`. */
  readonly value?: string | undefined;
}

/** The first element a resource was made of, and all tables that had a part in it. */
interface Place {
  readonly path: string;
  readonly line: number;
  readonly tables: Set<string>;
}

interface Made {
  readonly node: Node;
  readonly table: string;
  readonly reference: () => string | undefined;
}

/**
 * Prepares a trace: convert with `options`, pass the events through `follow`, then ask for the `lines`. Memory follows the
 * document.
 * @returns lines hold paths, lines, rules and ids; values of the document only with `showValues`
 */
export function prepareTrace(base: ConvertOptions = {}): {
  readonly options: ConvertOptions;
  follow(events: AsyncIterable<Event>): AsyncGenerator<Event, void>;
  lines(): Generator<TraceLine, void>;
} {
  const mappings = base.mappings ?? loadShipped();
  const collection = createCollection();
  const made: Made[] = [];
  const resources = new Map<string, readonly string[]>();

  function* lines(): Generator<TraceLine, void> {
    const describe = createDescriber(createNames(mappings));
    const targets = findTargets(mappings);
    const places = new Map<string, Place>();
    for (const { node, table, reference } of made) {
      const resource = reference();
      if (resource === undefined || !resources.has(resource)) continue;
      const { line } = node;
      const path = describe(node) || 'ClinicalDocument';
      const place = places.get(resource) ?? { path, line, tables: new Set() };
      places.set(resource, place);
      place.tables.add(table);
      yield { resource, table, path, line };
    }
    const composition = [...resources.keys()].find((resource) => resource.startsWith('Composition/'));
    const find = findResource(collection, targets, composition);
    const written = new Map<string, Set<string>>();
    for (const [n, traced] of collection.leaves.entries()) {
      if (!traced) continue;
      const { leaf, state, rule } = traced;
      const target = isWritten(traced) ? targets.get(rule) : undefined;
      const resource = target && find(traced);
      if (resource !== undefined && target)
        written.set(resource, (written.get(resource) ?? new Set()).add(target.element));
      yield {
        ...(resource !== undefined && { resource, element: target?.path }),
        ...(rule && { rule }),
        state,
        path: describe(leaf),
        line: leaf.owner.line,
        n,
        ...(base.showValues && { value: leaf.value }),
      };
    }
    for (const [resource, elements] of resources)
      yield* traceOthers(resource, elements, written.get(resource), places.get(resource), targets);
  }

  return {
    options: {
      ...base,
      onLeaf(ordinal, state, rule, leaf) {
        base.onLeaf?.(ordinal, state, rule, leaf);
        collection.onLeaf(ordinal, state, rule, leaf);
      },
      onMade(node, table, reference) {
        base.onMade?.(node, table, reference);
        collection.onMade(node, table, reference);
        made.push({ node, table, reference });
      },
    },
    async *follow(events) {
      for await (const event of events) {
        if (event.kind === 'resource')
          resources.set(`${event.resource.resourceType}/${event.resource.id}`, Object.keys(event.resource));
        yield event;
      }
    },
    lines,
  };
}

const isWritten = ({ state }: Traced): boolean => state === 'copied' || state === 'implied';

function* traceOthers(
  resource: string,
  elements: readonly string[],
  written: ReadonlySet<string> = new Set(),
  { path, line, tables }: Partial<Place> = {},
  targets: ReadonlyMap<string, Target>,
): Generator<TraceLine, void> {
  for (const element of elements) {
    if (element === 'resourceType' || [...written].some((name) => isNameOf(name, element))) continue;
    const rules = listWriters(targets, tables ?? new Set(), element);
    yield { resource, element, rules, ...(path !== undefined && { path }), ...(line !== undefined && { line }) };
  }
}
