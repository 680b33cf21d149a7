/** Wraps one small entry into a document: a patient, an author, a custodian and the one section. */

/** Short names of code systems in the cases. */
const SYSTEMS: Readonly<Record<string, string>> = {
  SNOMED: '2.16.840.1.113883.6.96',
  LOINC: '2.16.840.1.113883.6.1',
  RXNORM: '2.16.840.1.113883.6.88',
  CVX: '2.16.840.1.113883.12.292',
  CPT: '2.16.840.1.113883.6.12',
  ICD10: '2.16.840.1.113883.6.90',
  ActCode: '2.16.840.1.113883.5.4',
  ActClass: '2.16.840.1.113883.5.6',
  ActReason: '2.16.840.1.113883.5.8',
  Interpretation: '2.16.840.1.113883.5.83',
  Role: '2.16.840.1.113883.5.111',
  Gender: '2.16.840.1.113883.5.1',
};

/**
 * @param section LOINC code of the section, empty: it has none
 * @param entry XML of the section's content; `codeSystem="SNOMED"` and `templateId root="22.4.7"` are short for OIDs, and
 *   an id with an extension only is one of the clinic's
 */
export function wrapEntry(section: string, entry: string): string {
  return `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.10.20.22.1.2"/>
<id root="2.16.840.1.113883.19.5.7" extension="safety"/>
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
<title>One entry</title><effectiveTime value="20240312"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.19.5.1" extension="P-7"/><patient>
<name><given>Noor</given><family>Castell</family></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19840519"/>
</patient></patientRole></recordTarget>
<author><time value="20240312"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="9999999999"/>
<assignedPerson><name><given>Ivo</given><family>Lindqvist</family></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="2.16.840.1.113883.19.5.2"/>
<name>Ashford Clinic</name></representedCustodianOrganization></assignedCustodian></custodian>
<component><structuredBody><component><section>
${section && `<code code="${section}" codeSystem="2.16.840.1.113883.6.1"/>`}<title>Section</title><text>See the entries.</text>
${expand(entry)}
</section></component></structuredBody></component></ClinicalDocument>`;
}

const expand = (xml: string): string =>
  xml
    .replace(/codeSystem="(\w+)"/g, (all, name: string) => (SYSTEMS[name] ? `codeSystem="${SYSTEMS[name]}"` : all))
    .replace(/root="22\.4\./g, 'root="2.16.840.1.113883.10.20.22.4.')
    .replace(/<id extension=/g, '<id root="2.16.840.1.113883.19.5.3" extension=');
