/** Rows of the checklist that code or several tables fulfil together, each tried with one small entry. */
import { describe, expect, it } from 'vitest';
import { convert, stringify } from '../../src/index.js';
import { wrapEntry } from '../safety/document.js';

interface Result {
  readonly text: string;
  readonly types: readonly string[];
  readonly findings: readonly string[];
}

async function read(section: string, entry: string): Promise<Result> {
  const written: string[] = [];
  const types: string[] = [];
  let findings: string[] = [];
  for await (const event of convert(wrapEntry(section, entry), { check: 'off' })) {
    if (event.kind === 'resource') written.push(stringify(event.resource as never));
    if (event.kind === 'resource') types.push(event.resource.resourceType);
    if (event.kind === 'end') findings = event.loss.findings.map(({ code }) => code);
  }
  return { text: written.join('\n'), types, findings };
}

const observation = (template: string, code: string, value: string): string =>
  `<entry><observation classCode="OBS" moodCode="EVN"><templateId root="22.4.${template}"/><id extension="o1"/>
   <code code="${code}" codeSystem="LOINC"/><statusCode code="completed"/><effectiveTime value="20240301"/>${value}</observation></entry>`;

const drug = (attributes: string, template: string, inner = ''): string =>
  `<entry><substanceAdministration classCode="SBADM" ${attributes}><templateId root="22.4.${template}"/><id extension="m1"/>
   <statusCode code="active"/><effectiveTime value="20240301"/><consumable><manufacturedProduct><manufacturedMaterial>
   <code code="88" codeSystem="CVX"/></manufacturedMaterial></manufacturedProduct></consumable>${inner}</substanceAdministration></entry>`;

const weight = (value: string): string => observation('27', '29463-7', value);

describe('rows of the checklist', () => {
  it('GE-10, VS-08: digits and units are kept as they are written', async () => {
    const { text } = await read('8716-3', weight('<value xsi:type="PQ" value="180.50" unit="lbs"/>'));
    expect(text).toContain('"value":180.50,"unit":"lbs","system":"http://unitsofmeasure.org","code":"[lb_av]"');
  });

  it('GE-12: what is left out or could not be understood is a finding', async () => {
    const { findings } = await read('8716-3', weight('<value xsi:type="PQ" value="80" unit="stones and a bit"/>'));
    expect(findings).toContain('unit-not-ucum');
  });

  it('PA-03: an author who is only an organization is one', async () => {
    const author =
      '<author><time value="2024"/><assignedAuthor><id extension="org"/><representedOrganization><id extension="lab"/><name>Mill Laboratory</name></representedOrganization></assignedAuthor></author>';
    const { text, types } = await read('8716-3', weight(`<value xsi:type="PQ" value="80" unit="kg"/>${author}`));
    expect(text).toContain('"name":"Mill Laboratory"');
    expect(types.filter((type) => type === 'Practitioner')).toHaveLength(1);
  });

  it('PV-03: Provenance points to what it vouches for', async () => {
    const { text } = await read('8716-3', weight('<value xsi:type="PQ" value="80" unit="kg"/>'));
    expect(text).toMatch(/"resourceType":"Provenance".*"target":\[.*Observation\//);
  });

  it('AL-24: a section without entries makes no allergy', async () => {
    expect((await read('48765-2', '')).types).not.toContain('AllergyIntolerance');
  });

  it('ME-03, ME-34: a medication keeps its identifier and its comment', async () => {
    const comment =
      '<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="EVN"><templateId root="22.4.64"/><code code="48767-8" codeSystem="LOINC"/><text>With food</text></act></entryRelationship>';
    const { text } = await read('10160-0', drug('moodCode="EVN"', '16', comment));
    expect(text).toMatch(/"resourceType":"MedicationRequest".*"value":"m1"/);
    expect(text).toContain('"note":[{"text":"With food"}]');
  });

  it('IM-03: an immunization keeps its identifier', async () => {
    const { text } = await read('11369-6', drug('moodCode="EVN"', '52').replace('"active"', '"completed"'));
    expect(text).toMatch(/"resourceType":"Immunization".*"value":"m1"/);
  });

  it('PL-03: a planned immunization is a request', async () => {
    const { types } = await read('18776-5', drug('moodCode="INT"', '120'));
    expect(types).toContain('MedicationRequest');
    expect(types).not.toContain('Immunization');
  });

  it('SO-07, PT-31: what is said of the patient goes into the Patient', async () => {
    const said = (code: string, value: string): string =>
      observation('38', code, `<value xsi:type="CD" code="${value}" codeSystem="LOINC"/>`);
    const { text, types } = await read('29762-2', said('90778-2', 'LA29519-8') + said('76691-5', 'LA22879-3'));
    expect(text).toMatch(/"resourceType":"Patient".*individual-pronouns.*LA29519-8/);
    expect(text).toMatch(/"resourceType":"Patient".*LA22879-3/);
    expect(types).not.toContain('Observation');
  });

  it('SO-08, NU-01: orientation and nutrition are Observations', async () => {
    const value = '<value xsi:type="CD" code="248324001" codeSystem="SNOMED"/>';
    for (const [template, code] of [
      ['501', '76690-7'],
      ['124', '75305-3'],
    ] as const)
      expect((await read('29762-2', observation(template, code, value))).types).toContain('Observation');
  });

  it('SU-01: what a section says of a fetus is not said of the mother', async () => {
    const subject =
      '<subject><relatedSubject classCode="PRS"><code code="121026" codeSystem="1.2.840.10008.2.16.4"/></relatedSubject></subject>';
    const { types, findings } = await read('8716-3', subject + weight('<value xsi:type="PQ" value="2.1" unit="kg"/>'));
    expect(types).not.toContain('Observation');
    expect(findings).toContain('modifier-unread');
  });
});
