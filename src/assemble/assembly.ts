/**
 * Puts the resources of a document together: ids, duplicates, references, Provenance. It holds a window of resources,
 * so that what belongs together can meet without memory following the document's size.
 */
import { nameId } from '../fhir/ids.js';
import { type JsonObject, LEXICAL } from '../fhir/json.js';
import type { Draft, Link, Pending } from '../map/draft.js';
import { isLink } from '../map/draft.js';
import { agentKeys, contentOf, identifiersOf, identityName, isSameAgent } from './identity.js';
import { mergeResources } from './merge.js';
import { settleTree } from './settle.js';

/** What the assembly tells the conversion. */
export interface AssemblyEvents {
  emit(resource: JsonObject): void;
  /** Two different statements with one identity. */
  conflict(draft: Draft): void;
  /** A link whose target never came. */
  dangling(link: Link, rule: number): void;
}

export interface Assembly {
  /** Ids resources of this patient are scoped by; set once the patient is known. */
  setScope(scope: string): void;
  /** Takes drafts in the order they were made: what is referred to comes first. */
  put(drafts: readonly Draft[]): void;
  /** Adds references made elsewhere (sections) to a resource that is already in. */
  adopt(owner: Draft, references: readonly Pending[]): void;
  /** Emits what is left. No dangling reference leaves. */
  finish(): void;
  /** `Type/id` under which what was once called so is written: agents that prove to be one are joined. */
  resolve(reference: string): string;
}

interface Entry {
  readonly id: string;
  readonly type: string;
  resource: JsonObject;
  readonly references: Pending[];
  readonly pinned: boolean;
}

/** Kept to the end: few, and still growing while the body is read. */
const PINNED = new Set([
  'Composition',
  'Device',
  'Encounter',
  'Organization',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Provenance',
]);
const AGENTS = new Set(['Organization', 'Practitioner', 'PractitionerRole']);
/** Targets of one Provenance; more go into a further one. */
const MOST_TARGETS = 500;
const NO_ONE: ReadonlySet<JsonObject> = new Set();

/** The resource with its id in the second place, where FHIR's own examples have it. */
function identified(content: JsonObject, id: string): JsonObject {
  const resource: JsonObject = { resourceType: content.resourceType, id };
  for (const key in content) if (key !== 'id') resource[key] = content[key];
  if (content[LEXICAL]) resource[LEXICAL] = content[LEXICAL];
  return resource;
}

/** @param window how many resources are held back at most, so that duplicates and later references are found */
export function createAssembly(events: AssemblyEvents, window = 2000): Assembly {
  const entries = new Map<string, Entry>();
  const emitted = new Map<string, string>();
  const agents = new Map<string, Entry>();
  const aliases = new Map<string, string>();
  const identifiers = new Map<string, string[]>();
  let scope = '';

  const resolve = (reference: string): string => {
    let at = reference;
    for (let next = aliases.get(at); next !== undefined; next = aliases.get(at)) at = next;
    return at;
  };

  function settle(pending: Pending): boolean {
    const { holder, target } = pending;
    const reference = isLink(target) ? findLinked(target) : target.settled;
    if (reference === undefined) return false;
    // Before the reference is set: only what was added last leaves the engine a plain object when it is deleted.
    if (holder.type !== undefined) delete holder.type;
    holder.reference = resolve(reference);
    return true;
  }

  function findLinked(link: Link): string | undefined {
    for (const key of link.keys) {
      const found = identifiers.get(key)?.map(resolve);
      const hit = link.types.map((type) => found?.find((reference) => reference.startsWith(`${type}/`))).find(Boolean);
      if (hit) return hit;
    }
    return undefined;
  }

  function putOne(draft: Draft): void {
    for (const pending of draft.references) if (!isLink(pending.target)) settle(pending);
    const { resource } = draft;
    const type = String(resource.resourceType);
    const entry = addToBase(draft) ?? (AGENTS.has(type) ? joinAgent(resource) : undefined) ?? place(draft, type);
    entry.references.push(...draft.references);
    draft.settled = `${type}/${entry.id}`;
    remember(draft, draft.settled);
    for (const provenance of draft.provenance) addTarget(provenance, draft.settled);
  }

  const entryOf = (draft: Draft | undefined): Entry | undefined =>
    draft?.settled === undefined ? undefined : entries.get(draft.settled.slice(draft.settled.indexOf('/') + 1));

  /** What a draft says of a resource that is in already. */
  function addToBase(draft: Draft): Entry | undefined {
    const entry = entryOf(draft.base);
    if (!entry) return undefined;
    entry.resource = Object.assign(entry.resource, mergeResources(entry.resource, draft.resource, true));
    return entry;
  }

  /** An agent described before takes on what this description adds; several that prove to be one are joined. */
  function joinAgent(resource: JsonObject): Entry | undefined {
    const keys = agentKeys(resource);
    let base: Entry | undefined;
    for (const key of keys) {
      const found = agents.get(key);
      if (!found || found === base || !isSameAgent(base?.resource ?? resource, found.resource)) continue;
      if (base) joinEntries(base, found);
      else {
        base = found;
        base.resource = mergeResources(base.resource, resource, true) ?? base.resource;
      }
    }
    if (!base) return undefined;
    const named = rename(base);
    for (const key of agentKeys(named.resource)) if (!agents.has(key)) agents.set(key, named);
    return named;
  }

  /** An agent first met without its identifier gets the id every other document gives it, while nothing has left yet. */
  function rename(entry: Entry): Entry {
    if (emitted.size > 0 || identifiersOf(entry.resource).length === 0) return entry;
    const id = nameId(identityName(entry.resource, scope));
    if (id === entry.id || entries.has(id)) return entry;
    const named = add(id, entry.type, entry.resource);
    joinEntries(named, entry);
    return named;
  }

  function joinEntries(base: Entry, other: Entry): void {
    base.resource = mergeResources(base.resource, other.resource, true) ?? base.resource;
    base.references.push(...other.references);
    entries.delete(other.id);
    aliases.set(`${other.type}/${other.id}`, `${base.type}/${base.id}`);
    for (const [key, entry] of agents) if (entry === other) agents.set(key, base);
  }

  function place(draft: Draft, type: string): Entry {
    const { resource } = draft;
    const name = identityName(resource, scope);
    const id = nameId(name);
    const there = entries.get(id);
    if (there && (!AGENTS.has(type) || isSameAgent(there.resource, resource))) {
      const merged = mergeResources(there.resource, resource);
      if (merged) {
        there.resource = Object.assign(there.resource, merged);
        return there;
      }
    } else if (!there && !emitted.has(id)) return add(id, type, resource);
    const content = nameId(contentOf(resource));
    if (!there && emitted.get(id) === content) return { id, type, resource, references: [], pinned: true };
    const own = nameId(`${name}\n${contentOf(resource)}`);
    const twin = entries.get(own);
    if (twin || emitted.has(own)) return twin ?? { id: own, type, resource, references: [], pinned: true };
    events.conflict(draft);
    return add(own, type, resource);
  }

  function add(id: string, type: string, resource: JsonObject): Entry {
    const entry: Entry = { id, type, resource, references: [], pinned: PINNED.has(type) };
    entries.set(id, entry);
    if (AGENTS.has(type)) for (const key of agentKeys(resource)) if (!agents.has(key)) agents.set(key, entry);
    return entry;
  }

  function remember(draft: Draft, reference: string): void {
    for (const key of draft.keys) {
      const known = identifiers.get(key);
      if (!known) identifiers.set(key, [reference]);
      else if (!known.includes(reference)) known.push(reference);
    }
  }

  function addTarget(provenance: Draft, reference: string): void {
    const id = provenance.settled?.slice('Provenance/'.length) ?? '';
    const entry = entries.get(id);
    if (!entry) return;
    const targets = Array.isArray(entry.resource.target) ? entry.resource.target : [];
    const holder: JsonObject = { reference };
    targets.push(holder);
    entry.resource.target = targets;
    entry.references.push({ holder, target: provenance, rule: -1 });
    if (targets.length < MOST_TARGETS) return;
    const further = { ...entry.resource };
    delete further.target;
    flush(entry, true);
    const part = add(nameId(`${id}\n${reference}`), 'Provenance', further);
    provenance.settled = `Provenance/${part.id}`;
  }

  function flush(entry: Entry, final: boolean): void {
    let dead: Set<JsonObject> | undefined;
    for (const pending of entry.references) {
      if (pending.rule < 0) pending.holder.reference = resolve(String(pending.holder.reference));
      else if (!settle(pending)) {
        dead = (dead ?? new Set<JsonObject>()).add(pending.holder);
        if (isLink(pending.target)) events.dangling(pending.target, pending.rule);
      }
    }
    const content = settleTree(entry.resource, dead ?? NO_ONE) as JsonObject;
    entries.delete(entry.id);
    if (!final) emitted.set(entry.id, nameId(contentOf(content)));
    events.emit(identified(content, entry.id));
  }

  function trim(): void {
    if (entries.size <= window) return;
    let excess = entries.size - window / 2;
    for (const entry of entries.values()) {
      if (excess-- <= 0) return;
      if (!entry.pinned) flush(entry, false);
    }
  }

  return {
    resolve,
    setScope(name) {
      scope = name;
    },
    put(drafts) {
      for (const draft of drafts) putOne(draft);
      trim();
    },
    adopt(owner, references) {
      const entry = entryOf(owner);
      entry?.references.push(...references);
      for (const pending of references) if (!isLink(pending.target)) settle(pending);
    },
    finish() {
      for (const entry of [...entries.values()]) {
        if (entry.type === 'Provenance' && entry.resource.target === undefined) continue;
        flush(entry, true);
      }
    },
  };
}
