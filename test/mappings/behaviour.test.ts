/** Rows of the checklist that code or several tables fulfil together, each tried with one small entry. */
import { describe, expect, it } from 'vitest';
import { observation, read } from './read.js';

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

  const problem = (template: string, id: string, subject = ''): string =>
    `<entry><act classCode="ACT" moodCode="EVN">${template}<id extension="${id}c"/><code code="CONC" codeSystem="ActClass"/><statusCode code="active"/>
     <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">${template}<id extension="${id}"/><code code="64572001" codeSystem="SNOMED"/>
     <statusCode code="completed"/>${subject}<value xsi:type="CD" code="195967001" codeSystem="SNOMED"/></observation></entryRelationship></act></entry>`;

  it('GE-05: templates are known without or with any extension, and unknown ones by their place', async () => {
    for (const template of [
      '<templateId root="22.4.4"/>',
      '<templateId root="22.4.4" extension="2031-01-01"/>',
      '<templateId root="1.2.3.4"/>',
      '',
    ])
      expect((await read('11450-4', problem(template, 'p1'))).text).toMatch(/"resourceType":"Condition".*195967001/);
  });

  it('GE-08: one code under two identifiers is two problems', async () => {
    const { types } = await read('11450-4', problem('', 'p1') + problem('', 'p2'));
    expect(types.filter((type) => type === 'Condition')).toHaveLength(2);
  });

  it('PA-15: who is described once is meant wherever the identifier stands', async () => {
    const author = (name: string): string =>
      `<author><time value="20240301"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="77"/>${name}</assignedAuthor></author>`;
    const named = author('<assignedPerson><name><given>Ada</given><family>Lund</family></name></assignedPerson>');
    const value = (id: string, who: string): string =>
      observation('27', '29463-7', `<value xsi:type="PQ" value="80" unit="kg"/>${who}`).replace('"o1"', `"${id}"`);
    const { text } = await read('8716-3', value('a', author('')) + value('b', named));
    expect(text.match(/"resourceType":"Practitioner"[^\n]*"value":"77"/g)).toHaveLength(1);
    expect(text).toMatch(/"resourceType":"Practitioner"[^\n]*"value":"77"[^\n]*"family":"Lund"/);
  });

  it("PR-20: what a relative has is not the patient's", async () => {
    const subject =
      '<subject><relatedSubject classCode="PRS"><code code="FTH" codeSystem="Role"/></relatedSubject></subject>';
    for (const template of ['<templateId root="22.4.4"/>', ''])
      expect((await read('11450-4', problem(template, 'p1', subject))).types).not.toContain('Condition');
  });

  it('ED-02: words of a note are an attachment in UTF-8', async () => {
    const entry = `<entry><act classCode="ACT" moodCode="EVN"><templateId root="22.4.202"/><id extension="n1"/><code code="34109-9" codeSystem="LOINC"/>
      <text>Größe 1 m</text><statusCode code="completed"/><effectiveTime value="20240301"/></act></entry>`;
    expect((await read('34109-9', entry)).text).toContain(`"data":"${Buffer.from('Größe 1 m').toString('base64')}"`);
  });

  it('EN-08: what a performer does is said by either functionCode', async () => {
    for (const name of ['functionCode', 'sdtc:functionCode']) {
      const entry = `<entry><encounter classCode="ENC" moodCode="EVN"><templateId root="22.4.49"/><id extension="e1"/><code code="99213" codeSystem="CPT"/><effectiveTime value="20240301"/>
        <performer><${name} code="PCP" codeSystem="2.16.840.1.113883.5.88"/><assignedEntity><id extension="d"/><assignedPerson><name><family>Lee</family></name></assignedPerson></assignedEntity></performer></encounter></entry>`;
      expect((await read('46240-8', entry)).text).toMatch(/"participant":\[\{[^\n]*"code":"PCP"/);
    }
  });

  it('HC-01: a concern makes the problem it points to one, before or after it; what is missing is told', async () => {
    const concern = (id: string): string =>
      `<entry><act classCode="ACT" moodCode="EVN"><templateId root="22.4.132"/><code code="75310-3" codeSystem="LOINC"/><statusCode code="active"/>
       <entryRelationship typeCode="REFR"><act classCode="ACT" moodCode="EVN"><templateId root="22.4.122"/><id extension="${id}"/><code nullFlavor="NP"/></act></entryRelationship></act></entry>`;
    const asthma = problem('', 'p1');
    for (const entries of [concern('p1') + asthma, asthma + concern('p1'), concern('p1c') + asthma]) {
      const { text, types } = await read('11450-4', entries);
      expect(text).toMatch(/"resourceType":"Condition".*problem-list-item.*"code":"health-concern"/);
      expect(types.filter((type) => type === 'Condition')).toHaveLength(1);
    }
    expect((await read('11450-4', concern('nowhere') + asthma)).findings).toContain('reference-dangling');
  });
});
