/** Compiles `to`: where in a resource a value goes. */
import { isSame, type Json, type JsonObject, listAt, stringify } from '../fhir/json.js';
import { choiceName, isPrimitive, lookupElement } from '../fhir/shapes.js';
import type { ExtensionShape } from './table.js';

export type Written = boolean | 'same';

export interface Target {
  /** FHIR type of the element; empty for an undecided choice. */
  readonly type: string;
  /** Types of an undecided choice. */
  readonly choice: readonly string[] | undefined;
  readonly array: boolean;
  readonly codes: readonly string[] | undefined;
  /** System of `codes`, when the element takes a coded type. */
  readonly system: string | undefined;
  /** Resource types a Reference may point to. */
  readonly references: readonly string[] | undefined;
  /** The path with a choice spelled `value[x]`: what writes to the same slot competes. */
  readonly slot: string;
  /** Path of the element for messages and for nested rules: `AllergyIntolerance.reaction`. */
  readonly path: string;
  /** Puts a value there; false if the place is taken, `same` if by the same value. `type` decides a choice. */
  write(root: JsonObject, value: Json, type?: string): Written;
  /** The object nested rules write into: a new one for a list, else the one there or a new one. */
  open(root: JsonObject): { object: JsonObject; close(): void };
}

type Enter = (object: JsonObject) => JsonObject;

const STEP = /([A-Za-z]\w*(?:\[x\])?)(?:\[([\w-]+)\])?/y;

/**
 * @param make the type the path starts from (`AllergyIntolerance`, `AllergyIntolerance.reaction`)
 * @param to `.` (the object itself), `reaction.severity`, `value[x]`, `extension[us-core-race].extension[text]`, `birthDate.extension[patient-birthTime]`
 * @throws Error naming the step FHIR does not have
 */
export function compileTarget(make: string, to: string, extensions: ReadonlyMap<string, ExtensionShape>): Target {
  if (to === '.') return selfTarget(make);
  const steps = readSteps(to);
  const enters: Enter[] = [];
  let owner = make;
  let parts: ExtensionShape | undefined;
  for (const [index, { name, label }] of steps.entries()) {
    const last = index === steps.length - 1;
    if (name === 'extension' || name === 'modifierExtension') {
      const found = readExtension(label, parts, extensions);
      if (last) return extensionTarget(to, name, found, enters);
      enters.push((object) => enterExtension(object, name, found.url));
      parts = found;
      owner = 'Extension';
      continue;
    }
    const element = lookupElement(owner, name);
    if (!element) throw new Error(`FHIR R4 has no element ${owner}.${name}`);
    const array = element.shape.max === '*';
    if (last) {
      return elementTarget(`${make}.${to}`, enters, {
        slot: slotOf(owner, to, element.name, element.type),
        name: element.name,
        array,
        type: element.type,
        choice: element.name.endsWith('[x]') ? element.shape.types : undefined,
        content: element.shape.content,
        rival: rivalOf(owner, element.name, element.type),
        codes: element.shape.codes,
        system: element.shape.system,
        references: element.shape.targets,
      });
    }
    const key = isPrimitive(element.type) ? `_${element.name}` : element.name;
    enters.push(array ? (object) => enterArray(object, key) : (object) => enterObject(object, key));
    owner = element.shape.content ?? nestedOwner(owner, element.name, element.type);
  }
  throw new Error('the path is empty');
}

function readSteps(to: string): { name: string; label: string | undefined }[] {
  return to.split('.').map((step) => {
    STEP.lastIndex = 0;
    const match = STEP.exec(step);
    if (match?.[0] !== step) throw new Error(`"${step}" is not an element name`);
    return { name: match[1] ?? '', label: match[2] };
  });
}

function nestedOwner(owner: string, name: string, type: string): string {
  return type === 'BackboneElement' || type === 'Element' ? `${owner}.${name}` : type;
}

/** `to` with a choice spelled `value[x]`. */
function slotOf(owner: string, to: string, name: string, type: string): string {
  const base = rivalOf(owner, name, type) && !name.endsWith('[x]') ? `${name.slice(0, -type.length)}[x]` : name;
  return [...to.split('.').slice(0, -1), base].join('.');
}

/** The other spellings of a choice element: only one may be there. */
function rivalOf(owner: string, name: string, type: string): RegExp | undefined {
  if (name.endsWith('[x]')) return new RegExp(`^${name.slice(0, -3)}[A-Z]`);
  const base = name.endsWith(type.charAt(0).toUpperCase() + type.slice(1)) && name.slice(0, -type.length);
  return base && lookupElement(owner, `${base}[x]`) ? new RegExp(`^_?${base}[A-Z]`) : undefined;
}

function readExtension(
  label: string | undefined,
  parts: ExtensionShape | undefined,
  extensions: ReadonlyMap<string, ExtensionShape>,
): ExtensionShape {
  if (label === undefined) throw new Error('name the extension: extension[name]');
  if (parts) {
    const type = parts.parts[label];
    if (type === undefined) throw new Error(`the extension has no part "${label}"`);
    return { url: label, type, parts: {} };
  }
  const found = extensions.get(label);
  if (!found) throw new Error(`there is no extension "${label}" in extensions.yaml`);
  return found;
}

function enterObject(object: JsonObject, key: string): JsonObject {
  const there = object[key];
  if (isObject(there)) return there;
  const made: JsonObject = {};
  object[key] = made;
  return made;
}

function enterArray(object: JsonObject, key: string): JsonObject {
  const list = listAt(object, key);
  const [first] = list;
  if (isObject(first)) return first;
  const made: JsonObject = {};
  list.unshift(made);
  return made;
}

function enterExtension(object: JsonObject, key: string, url: string): JsonObject {
  const list = listAt(object, key);
  const there = list.find((item) => isObject(item) && item.url === url);
  if (isObject(there)) return there;
  const made: JsonObject = { url };
  list.push(made);
  return made;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function enterAll(root: JsonObject, enters: readonly Enter[]): JsonObject {
  let object = root;
  for (const enter of enters) object = enter(object);
  return object;
}

function append(list: Json[], value: Json): void {
  if (list.length === 0) {
    list.push(value);
    return;
  }
  if (typeof value === 'string') {
    if (list.length < MANY ? !list.includes(value) : !isIndexed(list, value)) list.push(value);
    return;
  }
  const isThere = list.length < MANY ? list.some((item) => isSame(item, value)) : isIndexed(list, value);
  if (!isThere) list.push(value);
}

/** From so many values on a list is not gone through for each new one: a hostile statement may have a hundred thousand. */
const MANY = 64;
const indexes = new WeakMap<Json[], { readonly written: Set<string>; count: number }>();

function isIndexed(list: Json[], value: Json): boolean {
  const index = indexes.get(list) ?? { written: new Set<string>(), count: 0 };
  indexes.set(list, index);
  for (; index.count < list.length; index.count++) index.written.add(stringify(list[index.count] as Json));
  return index.written.has(stringify(value));
}

function extensionTarget(to: string, key: string, extension: ExtensionShape, enters: readonly Enter[]): Target {
  const type = extension.type ?? '';
  return {
    type,
    choice: undefined,
    array: true,
    codes: undefined,
    system: undefined,
    references: undefined,
    slot: to,
    path: 'Extension',
    write(root, value) {
      const list = listAt(enterAll(root, enters), key);
      const made: JsonObject = { url: extension.url, [choiceName('value[x]', type)]: value };
      // A reference has no id yet that could tell it from another.
      if (type === 'Reference') list.push(made);
      else append(list, made);
      return true;
    },
    open(root) {
      const object: JsonObject = { url: extension.url };
      return { object, close: () => void listAt(enterAll(root, enters), key).push(object) };
    },
  };
}

interface Place {
  readonly slot: string;
  readonly name: string;
  readonly array: boolean;
  readonly type: string;
  readonly choice: readonly string[] | undefined;
  readonly rival: RegExp | undefined;
  readonly content: string | undefined;
  readonly codes: readonly string[] | undefined;
  readonly system: string | undefined;
  readonly references: readonly string[] | undefined;
}

function elementTarget(path: string, enters: readonly Enter[], place: Place): Target {
  const { name, array, rival } = place;
  return {
    type: place.type,
    choice: place.choice,
    array,
    codes: place.codes,
    system: place.system,
    references: place.references,
    slot: place.slot,
    path: place.content ?? (place.type === 'BackboneElement' || place.type === 'Element' ? path : place.type),
    write(root, value, type) {
      const key = type === undefined ? name : choiceName(name, type);
      const object = enterAll(root, enters);
      if (rival && hasRival(object, key, rival)) return false;
      if (array && place.type === 'Reference') listAt(object, key).push(value);
      else if (array) append(listAt(object, key), value);
      else return writeSingle(object, key, value);
      return true;
    },
    open(root) {
      const object: JsonObject = {};
      const close = () => {
        const holder = enterAll(root, enters);
        if (array) listAt(holder, name).push(object);
        else holder[name] = { ...(isObject(holder[name]) ? holder[name] : {}), ...object };
      };
      return { object, close };
    },
  };
}

function hasRival(object: JsonObject, key: string, rival: RegExp): boolean {
  for (const other in object) if (other !== key && rival.test(other)) return true;
  return false;
}

/** The object of the nested rules itself: a converted value gives it the members it does not have yet. */
function selfTarget(type: string): Target {
  return {
    type,
    choice: undefined,
    array: false,
    codes: undefined,
    system: undefined,
    references: undefined,
    slot: '.',
    path: type,
    write: (root, value) => isObject(value) && writeSingle({ self: root }, 'self', value),
    open: (root) => ({ object: root, close: () => undefined }),
  };
}

/** Sets a single value; into an object already there go the members it does not have. */
function writeSingle(object: JsonObject, key: string, value: Json): Written {
  const there = object[key];
  if (there === undefined) {
    object[key] = value;
    return true;
  }
  if (!isObject(there) || !isObject(value)) return there === value && 'same';
  let wrote = false;
  for (const member in value) {
    const item = value[member];
    if (there[member] !== undefined || item === undefined) continue;
    there[member] = item;
    wrote = true;
  }
  return wrote || (isSame(there, value) && 'same');
}
