/**
 * Puts the resources of a document together: ids, duplicates, references, Provenance. It holds a window of resources,
 * so that what belongs together can meet without memory following the document's size.
 */
import { nameId } from '../fhir/ids.js';
import { isSame, type JsonObject, listAt } from '../fhir/json.js';
import type { Draft, Link, Pending } from '../map/draft.js';
import { isLink, isLinkedBase, SETTLED } from '../map/draft.js';
import { createDirectory } from './directory.js';
import { createEmitted } from './emitted.js';
import { createEntry, type Entry, identified } from './entry.js';
import { createHeld } from './held.js';
import { agentKeys, contentOf, identifiersOf, identityName, isSameAgent } from './identity.js';
import { mergeResources } from './merge.js';
import { fillSections, settleTree } from './settle.js';
import { type Addition, createWaiting } from './waiting.js';

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
  /** Takes a resource that no table made, under an id made from `name`; gives its `Type/id`. */
  putNamed(name: string, resource: JsonObject, references: readonly Pending[]): string;
  /** Emits what is left. No dangling reference leaves. */
  finish(): void;
  /** `Type/id` under which what was once called so is written: agents that prove to be one are joined. */
  resolve(reference: string): string;
}

const AGENTS = new Set(['Organization', 'Practitioner', 'PractitionerRole']);
/** Targets of one Provenance; more go into a further one. */
const MOST_TARGETS = 500;
const NO_ONE: ReadonlySet<JsonObject> = new Set();

/** @param window how many resources are held back at most, so that duplicates and later references are found */
export function createAssembly(events: AssemblyEvents, window = 2000): Assembly {
  const entries = createHeld(window);
  const emitted = createEmitted();
  /** The Provenance that takes further targets, by the id of the first one. */
  const continuing = new Map<string, Entry>();
  const agents = new Map<string, Entry>();
  const aliases = new Map<string, string>();
  const directory = createDirectory();
  const waiting = createWaiting(window);
  /** What came too late; told when the leaves of its statement are accounted for. */
  const late: Addition[] = [];
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
      const found = directory.find(key).map(resolve);
      const hit = link.types.map((type) => found.find((reference) => reference.startsWith(`${type}/`))).find(Boolean);
      if (hit) return hit;
    }
    return undefined;
  }

  function putOne(draft: Draft): void {
    for (const pending of draft.references) if (!isLink(pending.target)) settle(pending);
    const { base, resource } = draft;
    const type = String(resource.resourceType);
    if (base && isLinkedBase(base)) {
      addToLinked({ draft, base });
      return;
    }
    const entry = addToBase(draft, base) ?? (AGENTS.has(type) ? joinAgent(resource) : undefined) ?? place(draft, type);
    for (const pending of draft.references) entry.references.push(letGo(pending));
    draft.settled = `${type}/${entry.id}`;
    introduce(draft.keys, draft.settled);
    for (const provenance of draft.provenance) addTarget(provenance, draft.settled);
  }

  /** From now on the resource is found by these keys; what waited for one of them is added. */
  function introduce(keys: readonly string[], reference: string): void {
    for (const key of keys) directory.add(key, reference);
    for (const addition of waiting.take(keys)) addToLinked(addition);
  }

  const entryAt = (reference: string | undefined): Entry | undefined =>
    reference === undefined ? undefined : entries.get(reference.slice(reference.indexOf('/') + 1));
  const entryOf = (draft: Draft | undefined): Entry | undefined => entryAt(draft?.settled);

  /** A draft keeps its source alive; all that is still wanted of one that is in is what it will be called. */
  const letGo = (pending: Pending): Pending =>
    isLink(pending.target) || pending.target.settled === undefined
      ? pending
      : { holder: pending.holder, target: SETTLED, rule: -1 };

  /** What a draft says of a resource that is in already. */
  function addToBase(draft: Draft, base: Draft | undefined): Entry | undefined {
    const entry = entryOf(base);
    return entry && addTo(entry, draft);
  }

  function addTo(entry: Entry, draft: Draft): Entry {
    entry.resource = Object.assign(entry.resource, mergeResources(entry.resource, draft.resource, true));
    return entry;
  }

  /** Adds to what goes by the keys of the link, now or as soon as it is in. What has left takes nothing more. */
  function addToLinked(addition: Addition): void {
    const { draft, base } = addition;
    const reference = findLinked(base.link);
    const entry = entryAt(reference);
    if (reference === undefined) giveUp(waiting.add(addition));
    else if (!entry) late.push(addition);
    else {
      addTo(entry, draft);
      draft.settled = reference;
      introduce(draft.keys, reference);
    }
  }

  const giveUp = (addition: Addition | undefined): void => {
    if (addition) events.dangling(addition.base.link, addition.base.rule);
  };

  /** An agent described before takes on what this description adds; several that prove to be one are joined. */
  function joinAgent(resource: JsonObject): Entry | undefined {
    const keys = agentKeys(resource);
    const known = agents.get(keys[0] ?? '');
    // Described in the same words as before: there is nothing to join.
    if (known && isSame(known.resource, resource) && keys.every((key) => agents.get(key) === known)) return known;
    let base: Entry | undefined;
    for (const key of keys) {
      const found = agents.get(key);
      if (!found || found === base || !isSameAgent(base?.resource ?? resource, found.resource)) continue;
      // What has left may refer to either of two by its own id.
      if (base && emitted.size() > 0) continue;
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
    if (emitted.size() > 0 || identifiersOf(entry.resource).length === 0) return entry;
    const id = nameId(identityName(entry.resource, scope));
    if (id === entry.id || entries.has(id)) return entry;
    const named = add(id, entry.type, entry.resource);
    joinEntries(named, entry);
    return named;
  }

  function joinEntries(base: Entry, other: Entry): void {
    base.resource = mergeResources(base.resource, other.resource, true) ?? base.resource;
    base.references.push(...other.references);
    remove(other);
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
    // The targets a Provenance has by now are no contradiction.
    const same = type === 'Provenance' || emitted.hasContent(id, contentOf(resource));
    if (!there && same) return createEntry(id, resource);
    const own = nameId(`${name}\n${contentOf(resource)}`);
    const twin = entries.get(own);
    if (twin || emitted.hasContent(own, own)) return twin ?? createEntry(own, resource);
    events.conflict(draft);
    return add(own, type, resource, { proof: own });
  }

  /** Of a resource that is to be in: found by what it is called. */
  function add(id: string, type: string, resource: JsonObject, more: Partial<Entry> = {}): Entry {
    const entry = entries.add(id, type, resource, more);
    if (AGENTS.has(type)) for (const key of agentKeys(resource)) if (!agents.has(key)) agents.set(key, entry);
    return entry;
  }

  function remove(entry: Entry): void {
    entries.remove(entry);
    if (entry.continues !== undefined) continuing.delete(entry.continues);
  }

  function addTarget(provenance: Draft, reference: string): void {
    const id = provenance.settled?.slice('Provenance/'.length) ?? '';
    const entry = entryOf(provenance) ?? continuing.get(id) ?? addFurther(id, provenance, reference);
    const targets = listAt(entry.resource, 'target');
    const holder: JsonObject = { reference };
    targets.push(holder);
    entry.references.push({ holder, target: SETTLED, rule: -1 });
    if (targets.length >= MOST_TARGETS) flush(entry, false);
  }

  /** A Provenance like the one that has left, for the targets that come now. */
  function addFurther(base: string, provenance: Draft, reference: string): Entry {
    let id = nameId(`${base}\n${reference}`);
    while (entries.has(id) || emitted.has(id)) id = nameId(`${id}\n${reference}`);
    const { target: _, ...resource } = provenance.resource;
    const entry = add(id, 'Provenance', resource, { continues: base });
    for (const pending of provenance.references) entry.references.push(letGo(pending));
    continuing.set(base, entry);
    return entry;
  }

  function flush(entry: Entry, final: boolean): void {
    remove(entry);
    if (entry.type === 'Provenance' && entry.resource.target === undefined) return;
    let dead: Set<JsonObject> | undefined;
    for (const pending of entry.references) {
      if (pending.rule < 0) pending.holder.reference = resolve(String(pending.holder.reference));
      else if (!settle(pending)) {
        dead = (dead ?? new Set<JsonObject>()).add(pending.holder);
        if (isLink(pending.target)) events.dangling(pending.target, pending.rule);
      }
    }
    const settled = settleTree(entry.resource, dead ?? NO_ONE) as JsonObject;
    const content = dead && entry.type === 'Composition' ? fillSections(settled) : settled;
    if (!final) {
      emitted.add(entry.id, entry.proof ?? contentOf(content));
      if (AGENTS.has(entry.type)) forgetAgent(entry);
    }
    events.emit(identified(content, entry.id));
  }

  function forgetAgent(entry: Entry): void {
    for (const key of agentKeys(entry.resource)) if (agents.get(key) === entry) agents.delete(key);
  }

  return {
    resolve,
    setScope(name) {
      scope = name;
    },
    put(drafts) {
      late.splice(0).forEach(giveUp);
      for (const draft of drafts) putOne(draft);
      for (const entry of entries.overdue()) flush(entry, false);
    },
    adopt(owner, references) {
      const entry = entryOf(owner);
      for (const pending of references) {
        if (!isLink(pending.target)) settle(pending);
        entry?.references.push(letGo(pending));
      }
    },
    putNamed(name, resource, references) {
      const type = String(resource.resourceType);
      const entry = add(nameId([scope, type, name].join('\n')), type, resource);
      for (const pending of references) entry.references.push(letGo(pending));
      return `${type}/${entry.id}`;
    },
    finish() {
      [...late, ...waiting.drain()].forEach(giveUp);
      for (const entry of entries.all()) flush(entry, true);
    },
  };
}
