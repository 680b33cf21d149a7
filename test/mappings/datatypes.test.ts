/** Rows of the checklist about data types, each tried through a whole conversion. */
import { describe, expect, it } from 'vitest';
import { observation, read } from './read.js';

interface Case {
  /** Rows, and what is so. */
  readonly row: string;
  readonly entry: string;
  readonly change?: readonly [string, string];
  readonly has?: readonly string[];
  readonly not?: readonly string[];
  readonly finding?: string;
}

const lab = (value: string, time?: string): string => observation('2', '2951-2', value, time);
const weight = lab('<value xsi:type="PQ" value="80" unit="kg"/>');
const timed = (inner: string): string => weight.replace('<effectiveTime value="20240301"/>', inner);
const identified = (id: string): string => weight.replace('<id extension="o1"/>', id);
const coded = (attributes: string, inner = ''): string => lab(`<value xsi:type="CD" ${attributes}>${inner}</value>`);
const ranged = (attributes: string): string => lab(`<value xsi:type="IVL_PQ">${attributes}</value>`);
const patient = (inner: string): readonly [string, string] => [
  '<name><given>Noor</given><family>Castell</family></name>',
  inner,
];
const note = (text: string): string => lab(`<value xsi:type="ED" ${text}</value>`);

const cases: Case[] = [
  // identifiers
  {
    row: 'II-01: an OID with an address of its own',
    entry: identified('<id root="2.16.840.1.113883.4.6" extension="1"/>'),
    has: ['"system":"http://hl7.org/fhir/sid/us-npi","value":"1"'],
  },
  {
    row: 'II-02: any other OID',
    entry: identified('<id root="1.2.3" extension="1"/>'),
    has: ['"system":"urn:oid:1.2.3","value":"1"'],
  },
  {
    row: 'II-03: a UUID as root',
    entry: identified('<id root="A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11" extension="1"/>'),
    has: ['"system":"urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","value":"1"'],
  },
  {
    row: 'II-04: an OID alone',
    entry: identified('<id root="1.2.3.9"/>'),
    has: ['"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3.9"'],
  },
  {
    row: 'II-05: a UUID alone',
    entry: identified('<id root="A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"/>'),
    has: ['"system":"urn:ietf:rfc:3986","value":"urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"'],
  },
  {
    row: 'II-06: a system without number',
    entry: weight,
    change: [
      '<id root="2.16.840.1.113883.19.5.1" extension="P-7"/>',
      '<id root="2.16.840.1.113883.19.5.1" extension="P-7"/><id root="2.16.840.1.113883.4.1"/>',
    ],
    has: ['"system":"http://hl7.org/fhir/sid/us-ssn","_value":{"extension":'],
    not: ['urn:oid:2.16.840.1.113883.4.1"'],
  },
  {
    row: 'II-07: a number without system',
    entry: identified('<id extension="alone" root=""/>'),
    has: ['"identifier":[{"value":"alone"}]'],
  },
  {
    row: 'II-08: an address',
    entry: identified('<id root="2.16.840.1.113883.4.873" extension="https://a.example/ids/7"/>'),
    has: ['"system":"https://a.example/ids","value":"7"'],
  },
  {
    row: 'II-09: a URN',
    entry: identified('<id root="2.16.840.1.113883.4.873" extension="urn:example:ids:7"/>'),
    has: ['"system":"urn:example:ids","value":"7"'],
  },
  {
    row: 'II-10: a system whose number is unknown',
    entry: identified('<id root="1.2.3" nullFlavor="UNK"/>'),
    has: [
      '"system":"urn:oid:1.2.3","_value":\\{"extension":\\[\\{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"',
    ],
  },
  {
    row: 'II-11: nothing but that it is unknown',
    entry: identified('<id nullFlavor="UNK"/>'),
    not: ['"Observation".*"identifier"'],
  },
  {
    row: 'II-11: a masked number is nowhere',
    entry: weight,
    change: [
      '<id root="2.16.840.1.113883.19.5.1" extension="P-7"/>',
      '<id root="2.16.840.1.113883.19.5.1" extension="P-7"/><id root="2.16.840.1.113883.4.1" extension="123-45-6789" nullFlavor="MSK"/>',
    ],
    not: ['6789'],
  },
  {
    row: 'II-12, II-13: who assigns it, not whether it is shown',
    entry: identified('<id root="1.2.3" extension="1" assigningAuthorityName="Mill" displayable="true"/>'),
    has: ['"assigner":\\{"display":"Mill"\\}'],
    not: ['displayable'],
  },
  // times
  {
    row: 'TS-01: no more precise than it is',
    entry: timed('<effectiveTime value="202403"/>'),
    has: ['"effectiveDateTime":"2024-03"'],
  },
  {
    row: 'TS-02: offset and fraction as they are',
    entry: timed('<effectiveTime value="20240301101502.250-0530"/>'),
    has: ['"effectiveDateTime":"2024-03-01T10:15:02.250-05:30"'],
  },
  {
    row: 'TS-02: seconds are added',
    entry: timed('<effectiveTime value="202403011015+0100"/>'),
    has: ['"effectiveDateTime":"2024-03-01T10:15:00\\+01:00"'],
  },
  {
    row: 'TS-03: a time without offset keeps its day',
    entry: timed('<effectiveTime value="20240301235900"/>'),
    has: ['"effectiveDateTime":"2024-03-01'],
    finding: 'time-without-offset',
  },
  {
    row: 'TS-04: an hour only',
    entry: timed('<effectiveTime value="2024030110-0500"/>'),
    has: ['"effectiveDateTime":"2024-03-01T10:00:00-05:00"'],
  },
  {
    row: 'TS-05: two bounds',
    entry: timed('<effectiveTime><low value="20240301"/><high value="20240302"/></effectiveTime>'),
    has: ['"effectivePeriod":\\{"start":"2024-03-01","end":"2024-03-02"\\}'],
  },
  {
    row: 'TS-06: the beginning where one time is wanted',
    entry: coded('code="195967001" codeSystem="SNOMED"')
      .replace('22.4.2"', '22.4.4"')
      .replace('<effectiveTime value="20240301"/>', '<effectiveTime><low value="20240301"/></effectiveTime>'),
    has: ['"onsetDateTime":"2024-03-01"'],
  },
  {
    row: 'TS-07: an unknown bound is left out',
    entry: timed('<effectiveTime><low value="20240301"/><high nullFlavor="UNK"/></effectiveTime>'),
    has: ['"effective(Period":\\{"start"|DateTime"):"2024-03-01"'],
    not: ['"end"'],
  },
  {
    row: 'TS-08: a width makes an end',
    entry: timed('<effectiveTime><low value="20240301"/><width value="2" unit="d"/></effectiveTime>'),
    has: ['"effectivePeriod":\\{"start":"2024-03-01","end":"2024-03-03"\\}'],
  },
  {
    row: 'TS-08: a centre is a time',
    entry: timed('<effectiveTime><center value="20240301"/></effectiveTime>'),
    has: ['"effectiveDateTime":"2024-03-01"'],
  },
  {
    row: 'TS-09: one bound twice is a time',
    entry: timed('<effectiveTime><low value="20240301"/><high value="20240301"/></effectiveTime>'),
    has: ['"effectiveDateTime":"2024-03-01"'],
  },
  {
    row: 'TS-10: an instant needs a time',
    entry: weight.replace(
      '<value',
      '<author><time value="20240305"/><assignedAuthor><id extension="a"/><assignedPerson><name><family>Lee</family></name></assignedPerson></assignedAuthor></author><value',
    ),
    has: ['"resourceType":"Provenance"'],
    not: ['"recorded":"2024-03-05"', '"recorded":"2024-03-05T'],
  },
  {
    row: 'TS-11: no such day',
    entry: timed('<effectiveTime value="20241345"/>'),
    not: ['"effective'],
    finding: 'date-malformed',
  },
  { row: 'TS-11: the year 0', entry: timed('<effectiveTime value="0000"/>'), not: ['"effective'] },
  {
    row: 'TS-12: a day is that day',
    entry: timed('<effectiveTime value="20240101"/>'),
    has: ['"effectiveDateTime":"2024-01-01"'],
  },
  // codes
  {
    row: 'CD-01, CD-02, CD-04: code, system, version',
    entry: coded('code="840539006" codeSystem="SNOMED" codeSystemVersion="2024"'),
    has: ['"coding":\\[\\{"system":"http://snomed.info/sct","version":"2024","code":"840539006"'],
  },
  {
    row: 'CD-02: no address known',
    entry: coded('code="x" codeSystem="1.2.3.4"'),
    has: ['"system":"urn:oid:1.2.3.4","code":"x"'],
    finding: 'code-system-unknown',
  },
  {
    row: 'CD-03: display',
    entry: coded('code="x" codeSystem="1.2.3.4" displayName="An X"'),
    has: ['"display":"An X"'],
  },
  {
    row: 'CD-05: the name of the system',
    entry: coded('code="x1" codeSystemName="SNOMED CT"'),
    has: ['"system":"http://snomed.info/sct","code":"x1"'],
  },
  {
    row: 'CD-05: no system is guessed',
    entry: coded('code="x1"'),
    has: ['"valueCodeableConcept":\\{"coding":\\[\\{"code":"x1"'],
    finding: 'code-without-system',
  },
  {
    row: 'CD-06: words without mark-up',
    entry: coded('code="x" codeSystem="1.2.3.4"', '<originalText>two  <content>words</content></originalText>'),
    has: ['"text":"two words"'],
  },
  {
    row: 'CD-07: words in the narrative',
    entry: coded('code="x" codeSystem="1.2.3.4"', '<originalText><reference value="#w"/></originalText>'),
    change: ['See the entries.', '<content ID="w">Said here</content>'],
    has: ['"text":"Said here"'],
  },
  {
    row: 'CD-07: the same without #',
    entry: coded('code="x" codeSystem="1.2.3.4"', '<originalText><reference value="w"/></originalText>'),
    change: ['See the entries.', '<content ID="w">Said here</content>'],
    has: ['"text":"Said here"'],
  },
  {
    row: 'CD-07: words that are not there',
    entry: coded('code="x" codeSystem="1.2.3.4"', '<originalText><reference value="#nope"/></originalText>'),
    not: ['nope'],
    finding: 'narrative-unresolved',
  },
  {
    row: 'CD-08: translations in order',
    entry: coded(
      'code="x" codeSystem="1.2.3.4"',
      '<translation code="y" codeSystem="1.2.3.5"/><translation code="z" codeSystem="1.2.3.6"/>',
    ),
    has: ['"code":"x".*"code":"y".*"code":"z"'],
  },
  {
    row: 'CD-09: translations alone',
    entry: coded('nullFlavor="OTH"', '<translation code="y" codeSystem="1.2.3.5"/>'),
    has: ['"valueCodeableConcept":\\{"coding":\\[\\{"system":"urn:oid:1.2.3.5","code":"y"'],
  },
  {
    row: 'CD-12: nothing is left out',
    entry: lab('<value xsi:type="PQ" value="1" unit="kg"/><methodCode nullFlavor="UNK"/>'),
    not: ['"method"'],
  },
  {
    row: 'CD-13: a side is not lost',
    entry: lab(
      '<value xsi:type="PQ" value="1" unit="kg"/><targetSiteCode code="72696002" codeSystem="SNOMED" displayName="Knee"><qualifier><name code="272741003" codeSystem="SNOMED" displayName="Laterality"/><value code="7771000" codeSystem="SNOMED" displayName="Left"/></qualifier></targetSiteCode>',
    ),
    has: ['"bodySite":.*Left'],
  },
  {
    row: 'CD-14: a code outside the list keeps its words',
    entry: weight,
    change: [
      '<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>',
      '<administrativeGenderCode code="X7" codeSystem="2.16.840.1.113883.5.1"><originalText>Another</originalText></administrativeGenderCode>',
    ],
    has: ['"gender":"unknown"'],
  },
  {
    row: 'CD-15: the display as text',
    entry: coded('code="x" codeSystem="1.2.3.4" displayName="An X"'),
    has: ['"text":"An X"'],
  },
  {
    row: 'CD-16: no code twice',
    entry: coded('code="x" codeSystem="1.2.3.4"', '<translation code="x" codeSystem="1.2.3.4"/>'),
    not: ['"code":"x".*"code":"x"'],
  },
  // quantities
  {
    row: 'PQ-02: UCUM',
    entry: lab('<value xsi:type="PQ" value="80" unit="mg/dL"/>'),
    has: ['"valueQuantity":\\{"value":80,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"\\}'],
  },
  {
    row: 'PQ-03: no UCUM',
    entry: lab('<value xsi:type="PQ" value="80" unit="THOUS/MCL"/>'),
    has: ['"valueQuantity":\\{"value":80,"unit":"THOUS/MCL"\\}'],
  },
  { row: 'PQ-04: no unit', entry: lab('<value xsi:type="PQ" value="80"/>'), has: ['"valueQuantity":\\{"value":80\\}'] },
  {
    row: 'PQ-05: the value in a translation',
    entry: lab(
      '<value xsi:type="PQ" nullFlavor="OTH"><translation value="3" code="[drp]" codeSystem="2.16.840.1.113883.6.8"><originalText>drops</originalText></translation></value>',
    ),
    has: ['"valueQuantity":\\{"value":3,"unit":"drops","system":"http://unitsofmeasure.org","code":"\\[drp\\]"\\}'],
  },
  {
    row: 'PQ-06: a translation beside a value',
    entry: lab(
      '<value xsi:type="PQ" value="80" unit="kg"><translation value="176" code="[lb_av]" codeSystem="2.16.840.1.113883.6.8"/></value>',
    ),
    has: ['"value":80,"unit":"kg"'],
  },
  {
    row: 'PQ-07: a legal number',
    entry: lab('<value xsi:type="PQ" value=" +007.50" unit="kg"/>'),
    has: ['"value":7.50,'],
  },
  { row: 'PQ-07: a point in front', entry: lab('<value xsi:type="PQ" value=".5" unit="kg"/>'), has: ['"value":0.5,'] },
  {
    row: 'PQ-07: a comma',
    entry: lab('<value xsi:type="PQ" value="1,5" unit="kg"/>'),
    not: ['"value":1,', '"value":15', '"value":1.5'],
  },
  { row: 'IP-01: up to', entry: ranged('<high value="5" unit="kg"/>'), has: ['"value":5,"comparator":"<="'] },
  {
    row: 'IP-01: from 0',
    entry: ranged('<low value="0" unit="kg"/><high value="5" unit="kg"/>'),
    has: ['"value":5,"comparator":"<="'],
  },
  {
    row: 'IP-02: below',
    entry: ranged('<high value="5" unit="kg" inclusive="false"/>'),
    has: ['"value":5,"comparator":"<"'],
  },
  {
    row: 'IP-03: from',
    entry: ranged('<low value="5" unit="kg"/><high nullFlavor="PINF"/>'),
    has: ['"value":5,"comparator":">="'],
  },
  {
    row: 'IP-04: above',
    entry: ranged('<low value="5" unit="kg" inclusive="false"/>'),
    has: ['"value":5,"comparator":">"'],
  },
  {
    row: 'IP-05: between',
    entry: ranged('<low value="5" unit="kg"/><high value="7" unit="g"/>'),
    has: ['"valueRange":\\{"low":\\{"value":5,"unit":"kg".*"high":\\{"value":7,"unit":"g"'],
  },
  {
    row: 'IP-06: reference ranges',
    entry: lab(
      '<value xsi:type="PQ" value="6" unit="kg"/><referenceRange><observationRange><value xsi:type="IVL_PQ"><high value="7" unit="kg" inclusive="false"/></value></observationRange></referenceRange>',
    ),
    has: ['"referenceRange":\\[\\{"high":\\{"value":7'],
    not: ['comparator'],
  },
  { row: 'IP-07: a centre', entry: ranged('<center value="5" unit="kg"/>'), has: ['"valueQuantity":\\{"value":5'] },
  { row: 'IP-07: a width is no value', entry: ranged('<width value="5" unit="kg"/>'), not: ['"value":5'] },
  {
    row: 'RT-01: a titre keeps both',
    entry: lab(
      '<value xsi:type="RTO"><numerator xsi:type="INT" value="1"/><denominator xsi:type="INT" value="128"/></value>',
    ),
    has: ['"valueRatio":\\{"numerator":\\{"value":1\\},"denominator":\\{"value":128\\}\\}'],
  },
  // contents
  {
    row: 'ED-01: base64 as it is',
    entry: note('mediaType="application/pdf" representation="B64">JVBE\n Ri0xLjQK'),
    has: ['"contentType":"application/pdf"', '"data":"JVBERi0xLjQK"'],
  },
  {
    row: 'ED-04: neither preview nor check sum',
    entry: note(
      'mediaType="application/pdf" representation="B64" integrityCheck="c29tZQ==">JVBERi0xLjQK<thumbnail mediaType="image/png" representation="B64">dGh1bWI=</thumbnail>',
    ),
    has: ['"data":"JVBERi0xLjQK"'],
    not: ['c29tZQ', 'dGh1bWI'],
  },
  {
    row: 'ED-05: an address outside',
    entry: note('mediaType="application/pdf"><reference value="https://a.example/r.pdf"/>'),
    has: ['"url":"https://a.example/r.pdf"'],
  },
  {
    row: 'ED-03: compressed is not passed on as PDF',
    entry: note('mediaType="application/pdf" representation="B64" compression="DF">QUJD'),
    not: ['"data":'],
    finding: 'attachment-refused',
  },
  {
    row: 'ED-05: no address that runs something',
    entry: note('mediaType="application/pdf"><reference value="javascript:alert(1)"/>'),
    not: ['javascript'],
  },
  // names
  {
    row: 'NM-02: all parts in order',
    entry: weight,
    change: patient(
      '<name><prefix>Dr</prefix><given>Ann</given><given>Bea</given><family>van</family><family>Dyk</family><suffix>Jr</suffix></name>',
    ),
    has: ['"family":"van Dyk","given":\\["Ann","Bea"\\],"prefix":\\["Dr"\\],"suffix":\\["Jr"\\]'],
  },
  {
    row: 'NM-05: since when',
    entry: weight,
    change: patient(
      '<name><given>Ann</given><family>Dyk</family><validTime><low value="2001"/><high value="2010"/></validTime></name>',
    ),
    has: ['"period":\\{"start":"2001","end":"2010"\\}'],
  },
  {
    row: 'NM-06: words only',
    entry: weight,
    change: patient('<name>Ann van Dyk</name>'),
    has: ['"name":\\[\\{"text":"Ann van Dyk"\\}\\]'],
  },
  {
    row: 'NM-07: a name nobody knows',
    entry: weight,
    change: patient('<name nullFlavor="UNK"/>'),
    has: [
      '"resourceType":"Patient".*"name":\\[\\{"extension":\\[\\{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"',
    ],
  },
  // addresses and numbers
  {
    row: 'AD-04: words only',
    entry: weight,
    change: ['<patient>', '<addr>1 Main St, Dover</addr><patient>'],
    has: ['"address":\\[\\{"text":"1 Main St, Dover"\\}\\]'],
  },
  {
    row: 'AD-05: masked is nowhere',
    entry: weight,
    change: ['<patient>', '<addr nullFlavor="MSK"><city>Dover</city></addr><patient>'],
    not: ['Dover'],
  },
  {
    row: 'TE-03: the rest of the value as it is',
    entry: weight,
    change: ['<patient>', '<telecom value="tel:+1(555) 010-7"/><patient>'],
    has: ['"telecom":\\[\\{"system":"phone","value":"\\+1\\(555\\) 010-7"\\}\\]'],
  },
  {
    row: 'TE-04: the first use that is one',
    entry: weight,
    change: ['<patient>', '<telecom use="AS MC WP" value="tel:5550107"/><patient>'],
    has: ['"value":"5550107","use":"mobile"'],
  },
  {
    row: 'TE-05: none',
    entry: weight,
    change: ['<patient>', '<telecom nullFlavor="UNK"/><patient>'],
    not: ['"telecom"'],
  },
  // narrative
  {
    row: 'NA-02: elements of HTML',
    entry: '',
    change: [
      'See the entries.',
      '<list listType="ordered"><item><content ID="c" styleCode="Bold">one</content></item></list><paragraph>two <linkHtml href="https://a.example/">link</linkHtml></paragraph>',
    ],
    has: [
      '<ol[^>]*><li><span id=\\\\"c\\\\"[^>]*>one</span></li></ol><p>two <a href=\\\\"https://a.example/\\\\">link</a></p>',
    ],
  },
  {
    row: 'NA-03: nothing that runs',
    entry: '',
    change: [
      'See the entries.',
      'a &lt;b&gt; <script>alert(1)</script><paragraph onclick="x()">p</paragraph><linkHtml href="javascript:x()">l</linkHtml><linkHtml href="data:text/html,x">m</linkHtml>',
    ],
    has: ['a &lt;b&gt;'],
    not: ['<script', 'onclick', 'javascript:', 'data:text/html'],
  },
  {
    row: 'NA-04: ids once, no link into nothing',
    entry: '',
    change: [
      'See the entries.',
      '<paragraph ID="a">p</paragraph><paragraph ID="a">q</paragraph><linkHtml href="#gone">l</linkHtml>',
    ],
    not: ['id=\\\\"a\\\\".*id=\\\\"a\\\\"', '#gone'],
  },
];

describe('rows of the checklist about data types', () => {
  it.each(cases)('$row', async ({ entry, change, has = [], not = [], finding }) => {
    const { text, findings } = await read('30954-2', entry, change);
    for (const wanted of has) expect(text).toMatch(new RegExp(wanted));
    for (const unwanted of not) expect(text).not.toMatch(new RegExp(unwanted));
    if (finding) expect(findings).toContain(finding);
  });
});
