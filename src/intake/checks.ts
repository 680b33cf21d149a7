/** Reads rules of the user's own: the format of mappings/checks.yaml, in which only what cannot be guessed is required. */
import type { InvariantData, OwnChecks } from '../check/data.js';
import { compileExpression } from '../check/expression.js';
import { loadEngine } from '../check/fhirpath.js';
import { contentName, elementsOf } from '../fhir/shapes.js';
import { MappingError } from '../finding.js';
import type { Raw, RawMap, Source } from '../map/yaml.js';

/** What a rule may say; `mappings/checks.schema.json` says the same to editors. */
export const RULE_WORDS = ['id', 'on', 'severity', 'expression', 'source', 'trigger', 'speed'] as const;
export const SEVERITIES = ['error', 'warning', 'information'] as const;

/**
 * Loads rules of the user's own, in the format of mappings/checks.yaml (Node only), for `convert` and `check`.
 * @param files YAML files
 * @throws MappingError with file and line if a rule has an unknown word, lacks one, names what FHIR R4 does not have, or
 *   is not FHIRPath; the error of the file system if a file cannot be read
 */
export async function loadChecks(...files: string[]): Promise<OwnChecks> {
  const [{ readFile }, { parseSource }] = await Promise.all([import('node:fs/promises'), import('../map/yaml.js')]);
  const invariants: InvariantData[] = [];
  const places = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    for (const raw of listRules(parseSource(file, text))) {
      const fail = failAt(file, raw);
      const rule = readRule(raw, file, fail);
      const name = `${rule.id} on ${rule.on}`;
      const known = places.get(name);
      if (known) fail(`there is a rule ${name} already: ${known}`);
      places.set(name, `${file}:${lineOf(raw)}`);
      await compile(rule, fail);
      invariants.push(rule);
    }
  }
  return { invariants };
}

type Fail = (message: string) => never;

const lineOf = (raw: Raw): number => (typeof raw === 'object' && !Array.isArray(raw) ? Number(raw.$line ?? 1) : 1);

const failAt =
  (file: string, raw: Raw): Fail =>
  (message) => {
    throw new MappingError(message, file, lineOf(raw));
  };

function listRules({ file, data }: Source): RawMap[] {
  const unknown = Object.keys(data).find((key) => key !== 'invariants');
  if (unknown !== undefined)
    failAt(file, data[unknown] ?? '')(`unknown word ${unknown}: a file of checks has invariants`);
  const { invariants } = data;
  if (!Array.isArray(invariants)) return failAt(file, invariants ?? '')('invariants: must hold a list of rules');
  return invariants.map((rule) =>
    typeof rule === 'string' || Array.isArray(rule)
      ? failAt(file, rule)('a rule is a map with id, on, expression')
      : rule,
  );
}

function readRule(raw: RawMap, file: string, fail: Fail): InvariantData {
  for (const key of Object.keys(raw))
    if (key !== '$line' && !(RULE_WORDS as readonly string[]).includes(key))
      fail(`unknown word ${key}: a rule has ${RULE_WORDS.join(', ')}`);
  const text = (key: string): string => {
    const value = raw[key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : fail(`the rule has no ${key}`);
  };
  const severity = raw.severity === undefined ? 'error' : text('severity');
  if (!(SEVERITIES as readonly string[]).includes(severity))
    fail(`severity ${severity} is none of ${SEVERITIES.join(', ')}`);
  const [id, on] = [text('id'), text('on')];
  const elements = findElement(on, fail);
  return {
    id,
    on,
    severity,
    expression: text('expression'),
    source: raw.source === undefined ? `${file}:${lineOf(raw)}` : text('source'),
    trigger: readTrigger(raw.trigger, elements, on, fail),
    speed: 'fast',
  };
}

type Elements = ReturnType<typeof elementsOf>;

/** The content of the type or element a rule is on; undefined for a primitive. */
function findElement(on: string, fail: Fail): Elements {
  const [type = '', ...names] = on.split('.');
  let [owner, elements]: [string, Elements] = [type, elementsOf(type)];
  if (!elements) return fail(`FHIR R4 has no type ${type}, or a conversion makes none of it`);
  for (const name of names) {
    const shape = elements?.get(name);
    if (!shape) return fail(`${owner} has no element ${name}; a choice is written ${name}[x]`);
    owner = contentName(owner, name, { shape, type: shape.types[0] ?? '' });
    elements = elementsOf(owner);
  }
  return elements;
}

function readTrigger(raw: Raw | undefined, elements: Elements, on: string, fail: Fail): string[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return fail('trigger: must hold a list of elements');
  return raw.map((name) =>
    typeof name === 'string' && (elements?.has(name) || elements?.has(`${name}[x]`))
      ? name
      : fail(`trigger: ${on} has no such element`),
  );
}

/** An expression that cannot be compiled is found now and not with the first resource. */
async function compile({ expression, on }: InvariantData, fail: Fail): Promise<void> {
  if (/\bresolve\s*\(/.test(expression)) fail('resolve() needs other resources: a check sees one');
  if (compileExpression(expression)) return;
  const engine = await loadEngine();
  try {
    engine(expression, on)([], { resource: [], root: [] });
  } catch {
    fail('the expression is not FHIRPath, or names a function that FHIRPath has not');
  }
}
