/** Random FHIR content by the shapes: legal in type, small, with the coincidences that constraints are about. */
import fc from 'fast-check';
import { choiceName, contentName, type ElementShape, elementsOf, isPrimitive } from '../../src/fhir/shapes.js';

type Content = Record<string, unknown>;

const DATES = ['2014', '2014-05', '2014-05-01', '2014-05-02', '2013-12-31'];
const TIMES = ['2014-05-01T10:00:00Z', '2014-05-01T12:30:00+02:00', '2014-05-02T00:00:00.5-05:00'];
const CODES = ['entered-in-error', 'resolved', 'problem-list-item', 'C', 'changes', 'home', 'history', '%', '1', 'x'];
const URIS = ['http://unitsofmeasure.org', 'urn:oid:2.16.840.1', 'http://x.org/_history/1'];
const SYSTEMS = [
  'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  'http://terminology.hl7.org/CodeSystem/condition-clinical',
  'http://terminology.hl7.org/CodeSystem/condition-ver-status',
];

const PRIMITIVES: Record<string, fc.Arbitrary<unknown>> = {
  boolean: fc.boolean(),
  date: fc.constantFrom(...DATES),
  dateTime: fc.constantFrom(...DATES, ...TIMES),
  instant: fc.constantFrom(...TIMES),
  decimal: fc.constantFrom(-1, 0, 1, 2.5),
  integer: fc.constantFrom(-1, 0, 1),
  positiveInt: fc.constantFrom(1, 2),
  unsignedInt: fc.constantFrom(0, 1),
  code: fc.constantFrom(...CODES),
  uri: fc.constantFrom(...URIS, ...SYSTEMS),
  time: fc.constantFrom('10:00:00'),
};

function arbitraryValue(
  owner: string,
  name: string,
  shape: ElementShape,
  type: string,
  names: Set<string>,
  depth: number,
) {
  if (isPrimitive(type))
    return shape.codes ? fc.constantFrom(...shape.codes) : (PRIMITIVES[type] ?? fc.constantFrom('a', 'b', '#1'));
  return depth > 0 ? arbitraryContent(contentName(owner, name, { shape, type }), names, depth - 1) : undefined;
}

/** Content of a type or backbone element with some of the elements in `names`, choices included, nested to `depth`. */
export function arbitraryContent(owner: string, names: Set<string>, depth: number): fc.Arbitrary<Content> {
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  const choices: fc.Arbitrary<Content>[] = [];
  for (const [key, shape] of elementsOf(owner) ?? []) {
    const name = key.replace('[x]', '');
    if (!names.has(name)) continue;
    if (key === name) {
      const one = arbitraryValue(owner, key, shape, shape.types[0] ?? '', names, depth);
      if (one) model[key] = shape.max === 1 ? one : fc.array(one, { minLength: 1, maxLength: 3 });
      continue;
    }
    for (const type of shape.types.filter((each) => /^(Quantity|string|boolean|decimal|Range)$/.test(each))) {
      const one = arbitraryValue(owner, key, shape, type, names, depth);
      if (one) choices.push(one.map((value) => ({ [choiceName(key, type)]: value })));
    }
  }
  const plain = fc.record(model, { requiredKeys: [] });
  const choice = fc.oneof(fc.constant<Content>({}), ...choices);
  return fc.tuple(plain, choice).map(([a, b]) => ({ ...a, ...b }));
}
