/** Ways to break a resource at a place chosen at random; some of them leave it sound, which is as good a question. */

export type Json = Record<string, unknown>;

/** A number from 0 up to 1, the same row of them for the same seed. */
export type Random = () => number;

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly owner: Json | unknown[];
}

/** Changes the resource; `undefined` where it does not fit, else what was put there, as far as it matters. */
type Break = (resource: Json, random: Random) => string | undefined;

export const pick = <Item>(items: readonly Item[], random: Random): Item | undefined =>
  items[Math.floor(random() * items.length)];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function* walk(owner: Json | unknown[]): Generator<Place> {
  for (const [key, value] of Object.entries(owner)) {
    if (key === 'resourceType') continue;
    yield { value, key, owner };
    if (typeof value === 'object' && value !== null) yield* walk(value as Json);
  }
}

const put = ({ owner, key }: Place, value: unknown): void => void Object.assign(owner, { [key]: value });

function remove({ owner, key }: Place): void {
  if (Array.isArray(owner)) owner.splice(Number(key), 1);
  else delete owner[key];
}

/** A break at one of the places that pass the test. */
const at =
  (fits: (place: Place) => boolean, change: (place: Place, random: Random) => unknown): Break =>
  (resource, random) => {
    const place = pick([...walk(resource)].filter(fits), random);
    return place && String(change(place, random) ?? '');
  };

/** The same, putting one of the values there. */
const one = (fits: (place: Place) => boolean, ...values: unknown[]): Break =>
  at(fits, (place, random) => {
    const value = pick(values, random);
    put(place, value);
    return JSON.stringify(value);
  });

const isNamed = ({ owner }: Place): boolean => !Array.isArray(owner);
const isText = ({ value }: Place): boolean => typeof value === 'string';
const isNumber = ({ value }: Place): boolean => typeof value === 'number';
const isList = ({ value }: Place): boolean => Array.isArray(value) && value.length > 0;
const called =
  (pattern: RegExp) =>
  ({ key, value }: Place): boolean =>
    pattern.test(key) && typeof value === 'string';
const CHOICE = /^(value|onset|effective|occurrence|performed|medication|abatement|deceased)[A-Z]/;
const isChoice = (place: Place): boolean => isNamed(place) && CHOICE.test(place.key);
const stemOf = (key: string): string => CHOICE.exec(key)?.[1] ?? '';

const DIV = 'xmlns="http://www.w3.org/1999/xhtml"';
const NARRATIVES = [
  '<div>x</div>',
  `<div ${DIV}></div>`,
  `<div ${DIV}><script>x</script></div>`,
  `<p ${DIV}>x</p>`,
  `<div ${DIV} onclick="x">x</div>`,
  `<div ${DIV}><b>x</div>`,
  `<div ${DIV}><img src="a.png"/></div>`,
  `<div ${DIV}>&nbsp;x</div>`,
  `<div ${DIV}><p>x</p><form/></div>`,
  `<div ${DIV}><p>x</p></div>`,
  'x',
];
const EXTENSION = 'http://example.org/x';
const ABSENT = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };

export const BREAKS: Readonly<Record<string, Break>> = {
  'an element left out': at(isNamed, remove),
  'an item left out': at((place) => !isNamed(place), remove),
  'an element by another name': at(isNamed, (place) => {
    put({ ...place, key: `${place.key}x` }, place.value);
    remove(place);
  }),
  'a number for text': one(isText, 5),
  'a Boolean for text': one(isText, true),
  'other text': one(isText, 'zzzz', '', ' ', ' x '),
  null: one(() => true, null),
  'an empty object': one(({ value }) => isObject(value), {}),
  'an empty list': one(isList, []),
  'one value for a list': at(isList, (place) => put(place, (place.value as unknown[])[0])),
  'a list for one value': at(isNamed, (place) => {
    if (!Array.isArray(place.value)) put(place, [place.value]);
  }),
  'an item twice': at(isList, (place) => put(place, [...(place.value as unknown[]), (place.value as unknown[])[0]])),
  'text for a number': at(
    (place) => isNumber(place) || typeof place.value === 'boolean',
    (place) => put(place, String(place.value)),
  ),
  'another number': one(isNumber, -3, 1.5, 0, 3e9),
  'a reference to another type': one(called(/^reference$/), 'Slot/1', '#nothing'),
  'another code': one(called(/^(status|intent|use|gender|code|type|mode|priority|criticality|severity)$/), 'x', 'a  b'),
  'another date': one(
    ({ value }) => typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value),
    '2014-02-30',
    '2014-13-01',
    '2014',
    '2014-5-1',
    '2014-05-01T10:00',
    '2014-05-01T25:00:00Z',
    '2014-05-01T10:00:00',
    '0000-01-01',
    '20140501',
    '2014-05-01T10:00:00Z',
  ),
  'another URI': one(called(/^(system|url|profile)$/), 'a b', 'urn:oid:1.2.x', 'urn:uuid:x', 'http://', 'http://x.org'),
  'another id': at(
    ({ key, owner }) => key === 'id' && 'resourceType' in owner,
    (place, random) => put(place, pick(['a b', 'x'.repeat(65), 'a_b', '', 'A-1.b'], random)),
  ),
  'a unit without system': at(
    ({ key, owner }) => key === 'system' && isObject(owner) && 'value' in owner && 'code' in owner,
    remove,
  ),
  'a second choice': at(isChoice, (place, random) =>
    put({ ...place, key: `${stemOf(place.key)}${pick(['String', 'DateTime'], random)}` }, '2014'),
  ),
  'a choice of no type': at(isChoice, (place) => {
    put({ ...place, key: `${stemOf(place.key)}Money` }, { value: 1 });
    remove(place);
  }),
  'an extension': at(
    ({ value }) => isObject(value),
    (place, random) => {
      const one = pick(
        [
          { url: EXTENSION },
          { valueString: 'x' },
          { url: EXTENSION, valueString: 'a', valueCode: 'b' },
          { url: EXTENSION, valueFoo: 'a' },
          { url: EXTENSION, valueString: 'a' },
          { url: '', valueString: 'x' },
          {},
        ],
        random,
      );
      Object.assign(place.value as Json, { extension: [one] });
      return JSON.stringify(one);
    },
  ),
  'something beside a primitive': at(
    (place) => isText(place) && isNamed(place),
    (place, random) => {
      const beside = pick([{ extension: [{ url: EXTENSION, valueString: 'a' }] }, {}, 'x', { foo: 1 }, []], random);
      put({ ...place, key: `_${place.key}` }, beside);
      return JSON.stringify(beside);
    },
  ),
  'a reason for a missing value': at(
    (place) => isText(place) && isNamed(place),
    (place) => {
      put({ ...place, key: `_${place.key}` }, { extension: [ABSENT] });
      remove(place);
    },
  ),
  'another narrative': (resource, random) => {
    const div = pick(NARRATIVES, random);
    resource.text = { status: 'generated', div };
    return div;
  },
  'something contained': (resource, random) => {
    const contained = pick(
      [
        { resourceType: 'Patient', id: 'p' },
        { resourceType: 'Patient' },
        { resourceType: 'Foo', id: 'p' },
        { id: 'p' },
        { resourceType: 'Patient', id: 'p', contained: [{ resourceType: 'Patient', id: 'q' }] },
        { resourceType: 'Patient', id: 'p', gender: 'x' },
      ],
      random,
    );
    resource.contained = [contained];
    const link = random() < 0.5 ? pick([...walk(resource)].filter(called(/^reference$/)), random) : undefined;
    if (link) put(link, '#p');
    return JSON.stringify(contained);
  },
  'other codings': at(
    ({ key, value }) => key === 'coding' && Array.isArray(value),
    (place, random) => {
      const coding = pick([{ code: 'x' }, { system: 'http://loinc.org' }, { display: 'x' }, {}], random);
      put(place, [coding]);
      return JSON.stringify(coding);
    },
  ),
  'another status': one(
    ({ key, owner }) => key === 'status' && 'resourceType' in owner,
    'entered-in-error',
    'unknown',
    'draft',
    'final',
    'completed',
    'active',
    'not-done',
  ),
  'an end before the start': at(
    ({ value }) => isObject(value) && 'start' in value,
    (place) => void Object.assign(place.value as Json, { end: '1900' }),
  ),
};
