/** The statements generated documents are made of: one kind per section, every one with an identity of its own. */

export interface Kind {
  readonly title: string;
  /** LOINC code of the section. */
  readonly code: string;
  readonly templates: string;
  entry(seed: number, n: number): string;
}

const SCT = 'codeSystem="2.16.840.1.113883.6.96" codeSystemName="SNOMED CT"';
const LOINC = 'codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"';
const RXNORM = 'codeSystem="2.16.840.1.113883.6.88" codeSystemName="RxNorm"';

const template = (root: string, extension = ''): string =>
  `<templateId root="2.16.840.1.113883.10.20.22.${root}"/>${
    extension && `<templateId root="2.16.840.1.113883.10.20.22.${root}" extension="${extension}"/>`
  }\n`;

const id = (seed: number, kind: string, n: number): string => `<id root="2.999.1.${seed}" extension="${kind}-${n}"/>\n`;

/** A day between 2000 and 2023, spread by the number. */
function day(n: number): string {
  const [year, month, date] = [2000 + (n % 24), 1 + (n % 12), 1 + (n % 28)];
  return `${year}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`;
}

const AUTHOR = `<author><time value="20230105"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="9999900017"/>
<assignedPerson><name><given>Tobias</given><family>Wrenfield</family></name></assignedPerson></assignedAuthor></author>\n`;

const RESULTS = [
  ['718-7', 'Hemoglobin', 'g/dL', 12],
  ['2345-7', 'Glucose', 'mg/dL', 80],
  ['2160-0', 'Creatinine', 'mg/dL', 1],
  ['6690-2', 'Leukocytes', '10*3/uL', 5],
] as const;
const VITALS = [
  ['8867-4', 'Heart rate', '/min', 60],
  ['8310-5', 'Body temperature', 'Cel', 36],
  ['29463-7', 'Body weight', 'kg', 70],
] as const;

type Measure = readonly [code: string, name: string, unit: string, base: number];

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

function observation(root: string, extension: string, kind: string, seed: number, n: number, measure: Measure): string {
  const [code, name, unit, base] = measure;
  return `<component><observation classCode="OBS" moodCode="EVN">
${template(root, extension)}${id(seed, kind, n)}<code code="${code}" displayName="${name}" ${LOINC}/>
<statusCode code="completed"/><effectiveTime value="${day(n)}"/>
<value xsi:type="PQ" value="${base + (n % 10)}.${n % 10}" unit="${unit}"/>
<interpretationCode code="${n % 7 === 0 ? 'H' : 'N'}" codeSystem="2.16.840.1.113883.5.83"/>
</observation></component>\n`;
}

/** One result of an organizer. */
export const resultComponent = (seed: number, n: number): string =>
  observation('4.2', '2015-08-01', 'result', seed, n, pick(RESULTS, n));

const PANEL = `<code code="58410-2" displayName="CBC panel" ${LOINC}/>\n<statusCode code="completed"/>\n`;

/** What stands before and after the components of a document with one organizer. */
export const ORGANIZER = (seed: number): [string, string] => [
  `<component><section>\n${template('2.3.1', '2015-08-01')}<code code="30954-2" ${LOINC}/><title>Results</title>
<text>Many results.</text>\n<entry><organizer classCode="BATTERY" moodCode="EVN">
${template('4.1', '2015-08-01')}${id(seed, 'panel', 0)}${PANEL}`,
  '</organizer></entry></section></component>\n',
];

export const KINDS: readonly Kind[] = [
  {
    title: 'Problems',
    code: '11450-4',
    templates: template('2.5.1', '2015-08-01'),
    entry: (seed, n) => `<entry typeCode="DRIV"><act classCode="ACT" moodCode="EVN">
${template('4.3', '2015-08-01')}${id(seed, 'concern', n)}<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>
<statusCode code="active"/><effectiveTime><low value="${day(n)}"/></effectiveTime>\n${AUTHOR}
<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
${template('4.4', '2015-08-01')}${id(seed, 'problem', n)}<code code="55607006" displayName="Problem" ${SCT}/>
<text><reference value="#problems-${n}"/></text><statusCode code="completed"/>
<effectiveTime><low value="${day(n)}"/></effectiveTime>
<value xsi:type="CD" code="${pick(['38341003', '44054006', '195967001'], n)}" displayName="Problem ${n}" ${SCT}/>
</observation></entryRelationship></act></entry>\n`,
  },
  {
    title: 'Allergies',
    code: '48765-2',
    templates: template('2.6.1', '2015-08-01'),
    entry: (seed, n) => `<entry typeCode="DRIV"><act classCode="ACT" moodCode="EVN">
${template('4.30', '2015-08-01')}${id(seed, 'allergy-act', n)}<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>
<statusCode code="active"/><effectiveTime><low value="${day(n)}"/></effectiveTime>
<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
${template('4.7', '2014-06-09')}${id(seed, 'allergy', n)}<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>
<statusCode code="completed"/><effectiveTime><low value="${day(n)}"/></effectiveTime>
<value xsi:type="CD" code="416098002" displayName="Drug allergy" ${SCT}/>
<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">
<code code="${pick(['7982', '2670', '1191'], n)}" displayName="Substance ${n}" ${RXNORM}/>
</playingEntity></participantRole></participant></observation></entryRelationship></act></entry>\n`,
  },
  {
    title: 'Medications',
    code: '10160-0',
    templates: template('2.1.1', '2014-06-09'),
    entry: (seed, n) => `<entry typeCode="DRIV"><substanceAdministration classCode="SBADM" moodCode="EVN">
${template('4.16', '2014-06-09')}${id(seed, 'medication', n)}<statusCode code="${n % 3 ? 'active' : 'completed'}"/>
<effectiveTime xsi:type="IVL_TS"><low value="${day(n)}"/></effectiveTime>
<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="${pick([6, 8, 12, 24], n)}" unit="h"/></effectiveTime>
<routeCode code="C38288" displayName="Oral" codeSystem="2.16.840.1.113883.3.26.1.1"/><doseQuantity value="${1 + (n % 3)}"/>
<consumable><manufacturedProduct classCode="MANU">\n${template('4.23', '2014-06-09')}<manufacturedMaterial>
<code code="${pick(['314076', '860975', '197361'], n)}" displayName="Drug ${n}" ${RXNORM}/>
</manufacturedMaterial></manufacturedProduct></consumable>\n${AUTHOR}</substanceAdministration></entry>\n`,
  },
  {
    title: 'Immunizations',
    code: '11369-6',
    templates: template('2.2.1', '2015-08-01'),
    entry: (
      seed,
      n,
    ) => `<entry typeCode="DRIV"><substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false">
${template('4.52', '2015-08-01')}${id(seed, 'immunization', n)}<statusCode code="completed"/><effectiveTime value="${day(n)}"/>
<consumable><manufacturedProduct classCode="MANU">\n${template('4.54', '2014-06-09')}<manufacturedMaterial>
<code code="${pick(['140', '08', '115'], n)}" displayName="Vaccine ${n}" codeSystem="2.16.840.1.113883.12.292"/>
<lotNumberText>LOT${n}</lotNumberText></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>\n`,
  },
  {
    title: 'Results',
    code: '30954-2',
    templates: template('2.3.1', '2015-08-01'),
    entry: (seed, n) => `<entry typeCode="DRIV"><organizer classCode="BATTERY" moodCode="EVN">
${template('4.1', '2015-08-01')}${id(seed, 'panel', n)}${PANEL}<effectiveTime><low value="${day(n)}"/><high value="${day(n)}"/></effectiveTime>
${RESULTS.map((_, index) => resultComponent(seed, n * RESULTS.length + index)).join('')}</organizer></entry>\n`,
  },
  {
    title: 'Vital signs',
    code: '8716-3',
    templates: template('2.4.1', '2015-08-01'),
    entry: (seed, n) => `<entry typeCode="DRIV"><organizer classCode="CLUSTER" moodCode="EVN">
${template('4.26', '2015-08-01')}${id(seed, 'vitals', n)}<code code="46680005" displayName="Vital signs" ${SCT}/>
<statusCode code="completed"/><effectiveTime value="${day(n)}"/>
${VITALS.map((measure, index) => observation('4.27', '2014-06-09', 'vital', seed, n * VITALS.length + index, measure)).join('')}</organizer></entry>\n`,
  },
  {
    title: 'Procedures',
    code: '47519-4',
    templates: template('2.7.1', '2014-06-09'),
    entry: (seed, n) => `<entry typeCode="DRIV"><procedure classCode="PROC" moodCode="EVN">
${template('4.14', '2014-06-09')}${id(seed, 'procedure', n)}<code code="${pick(['80146002', '73761001'], n)}" displayName="Procedure ${n}" ${SCT}/>
<statusCode code="completed"/><effectiveTime value="${day(n)}"/></procedure></entry>\n`,
  },
  {
    title: 'Encounters',
    code: '46240-8',
    templates: template('2.22.1', '2015-08-01'),
    entry: (seed, n) => `<entry typeCode="DRIV"><encounter classCode="ENC" moodCode="EVN">
${template('4.49', '2015-08-01')}${id(seed, 'encounter', n)}<code code="99213" displayName="Office visit" codeSystem="2.16.840.1.113883.6.12"/>
<effectiveTime value="${day(n)}"/></encounter></entry>\n`,
  },
];

/** Everything before the body. */
export const HEADER = (seed: number): string => `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
${template('1.1', '2015-08-01')}${template('1.2', '2015-08-01')}${id(seed, 'document', 1)}<code code="34133-9" ${LOINC}/>
<title>Generated document ${seed}</title><effectiveTime value="20240102030405-0500"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/>
<recordTarget><patientRole><id root="2.999.2" extension="patient-${seed}"/>
<addr use="HP"><streetAddressLine>${seed} Sample Street</streetAddressLine><city>Fernhollow</city><state>VT</state></addr>
<telecom use="HP" value="tel:+1-555-555-0100"/>
<patient><name use="L"><given>Sample</given><family>Patient ${seed}</family></name>
<administrativeGenderCode code="${seed % 2 ? 'F' : 'M'}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="${1930 + (seed % 90)}0314"/>
</patient></patientRole></recordTarget>
${AUTHOR}<custodian><assignedCustodian><representedCustodianOrganization><id root="2.999.3" extension="custodian"/>
<name>Fernhollow Community Health Center</name></representedCustodianOrganization></assignedCustodian></custodian>
<component><structuredBody>\n`;
