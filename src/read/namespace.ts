/** Canonical names: the prefix table of the document, with the meanings CDA prefixes have even when undeclared. */
import type { FindingCode } from '../finding.js';
import type { RepairName } from '../repairs.js';
import { type Meaning, type Name, setMeaning } from './names.js';
import { detach } from './node.js';

const V3 = 'urn:hl7-org:v3';
const SDTC = 'urn:hl7-org:sdtc';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** What a prefix means in CDA documents that forgot to declare it. */
const USUAL: ReadonlyMap<string, string> = new Map([
  ['sdtc', SDTC],
  ['xsi', XSI],
  ['cda', V3],
  ['voc', 'urn:hl7-org:v3/voc'],
]);

interface Scope {
  /** What names of all documents remember it by: they must not keep its own names alive. */
  readonly key: object;
  readonly outer: Scope | undefined;
  readonly prefixes: Map<string, string>;
  readonly elements: Map<string, string>;
  readonly attributes: Map<string, string>;
}

export interface Namespaces {
  /** Opens a scope; only for elements with `xmlns` attributes that change something. */
  push(declarations: ReadonlyMap<string, string>): void;
  pop(): void;
  /** Namespace URI of a prefix (`''` is the default), undefined if not declared. */
  resolve(prefix: string): string | undefined;
  /** Canonical element name (`id`, `sdtc:raceCode`, `{uri}local`). */
  element(name: Name): Meaning;
  /** Canonical attribute name with `@` (`@code`, `@xsi:type`). */
  attribute(name: Name): Meaning;
}

/**
 * @param report called once for a missing v3 namespace and once per undeclared prefix
 * @param refuse throws: there are more than `most` different names
 */
export function createNamespaces(
  report: (code: FindingCode, repair: RepairName) => void,
  refuse: () => never,
  most: number,
): Namespaces {
  const reported = new Set<string>();
  let scope = createScope(undefined, new Map([['xml', XML]]));

  function once(code: FindingCode, prefix: string): void {
    if (reported.has(prefix)) return;
    reported.add(prefix);
    report(code, prefix === '' ? 'missing-namespace' : 'undeclared-prefix');
  }

  function resolve(prefix: string): string | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      const uri = at.prefixes.get(prefix);
      if (uri !== undefined) return uri;
    }
    return undefined;
  }

  /** The URI of a prefix, its usual meaning where it is not declared, else undefined. */
  function meaning(prefix: string): string | undefined {
    const declared = resolve(prefix);
    if (declared !== undefined && declared !== '') return declared;
    const usual = USUAL.get(prefix);
    once(usual === undefined ? 'xml-malformed' : 'namespace-prefix', prefix);
    return usual;
  }

  function elementName(name: string): string {
    const colon = name.indexOf(':');
    if (colon > 0) return canonical(meaning(name.slice(0, colon)), name, name.slice(colon + 1));
    const uri = resolve('') ?? '';
    if (uri !== '') return canonical(uri, name, name);
    once('namespace-missing', '');
    return name;
  }

  function attributeName(name: string): string {
    const colon = name.indexOf(':');
    if (colon <= 0 || name.startsWith('xmlns:')) return `@${name}`;
    const [uri, local] = [meaning(name.slice(0, colon)), name.slice(colon + 1)];
    if (uri === XSI) return `@xsi:${local}`;
    if (uri === XML) return `@xml:${local}`;
    return `@${canonical(uri, name, local)}`;
  }

  /** Remembers it as the engine's own copy of that text: comparing it is comparing a pointer. */
  function remember(names: Map<string, string>, name: string, found: string): string {
    if (names.size === most) refuse();
    const own = detach(found);
    names.set(name, own);
    return own;
  }

  return {
    push(declarations) {
      scope = createScope(scope, new Map(declarations));
    },
    pop() {
      scope = scope.outer ?? scope;
    },
    resolve,
    element({ text, element }) {
      if (element.scope !== scope.key) {
        const { elements, key } = scope;
        setMeaning(element, key, elements.get(text) ?? remember(elements, text, elementName(text)));
      }
      return element;
    },
    attribute({ text, attribute }) {
      if (attribute.scope !== scope.key) {
        const { attributes, key } = scope;
        setMeaning(attribute, key, attributes.get(text) ?? remember(attributes, text, attributeName(text)));
      }
      return attribute;
    },
  };
}

function createScope(outer: Scope | undefined, prefixes: Map<string, string>): Scope {
  return { key: {}, outer, prefixes, elements: new Map(), attributes: new Map() };
}

function canonical(uri: string | undefined, name: string, local: string): string {
  if (uri === V3) return local;
  if (uri === SDTC) return `sdtc:${local}`;
  return uri === undefined ? name : `{${uri}}${local}`;
}
