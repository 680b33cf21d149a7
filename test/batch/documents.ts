/** Small documents for tests of runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A document of one patient, with as many results as wished. */
export const documentText = (patient: string, results = 1): string => `<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <id root="2.999.1" extension="${patient}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Summary</title>
  <effectiveTime value="20200203040506-0500"/>
  <recordTarget><patientRole><id root="2.999.2" extension="${patient}"/>
    <patient><name><given>Ada</given><family>Test</family></name></patient></patientRole></recordTarget>
  <component><structuredBody><component><section>
    <templateId root="2.16.840.1.113883.10.20.22.2.3.1"/><code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/>
    <title>Results</title><text>All well.</text>
    <entry><organizer classCode="BATTERY" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.1"/>
      <id root="2.999.3" extension="${patient}"/><code code="58410-2" codeSystem="2.16.840.1.113883.6.1"/>
      <statusCode code="completed"/>
${Array.from({ length: results }, (_, n) => result(patient, n)).join('\n')}
    </organizer></entry></section></component></structuredBody></component>
</ClinicalDocument>`;

const result = (patient: string, n: number): string => `<component><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.2"/><id root="2.999.4" extension="${patient}-${n}"/>
<code code="718-7" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>
<effectiveTime value="20200102"/><value xsi:type="PQ" value="${10 + n}.0" unit="g/dL"/></observation></component>`;

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
