/** A small Apple Health export, made up: what real ones hold, with the mistakes they make. */
import { writeZip } from './zip-writer.js';

/** A device as HealthKit describes it, escaped for XML. */
export const WATCH =
  '&lt;&lt;HKDevice: 0x281e4e580&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;';
const at = (time: string): string =>
  `creationDate="2023-03-01 ${time} +0100" startDate="2023-03-01 ${time} +0100" endDate="2023-03-01 ${time} +0100"`;
const pressure = (side: string, value: string): string =>
  `<Record type="HKQuantityTypeIdentifierBloodPressure${side}" sourceName="Cuff" sourceVersion="2" unit="mmHg" ${at('07:30:00')} value="${value}"/>`;

/** export.xml; `sourceURL` and `fhirVersion` join the clinical records. */
export const EXPORT = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14; a comment may hold ]> and <!ENTITY -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ATTLIST Record
  type CDATA #REQUIRED
  startDate CDATA #REQUIRED endDate CDATA #REQUIRED >
>
]>
<HealthData locale="fr_FR">
 <ExportDate value="2024-05-01 08:00:00 +0200"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1970-01-31" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeAPositive" HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" sourceVersion="1.2" unit="kg" ${at('07:00:00')} value="71.50">
  <MetadataEntry key="HKWasUserEntered" value="1"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierHeight" sourceName="Health" unit="m" ${at('07:01:00')} value="1.68"/>
 <Record type="HKQuantityTypeIdentifierBodyMassIndex" sourceName="Scale" unit="count" ${at('07:00:00')} value="25.3"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Robin’s Apple Watch" sourceVersion="9.1" device="${WATCH}" unit="count/min" ${at('08:00:00')} value="62">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
  <MetadataEntry key="com.example.private" value="whatever"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Robin’s Apple Watch" sourceVersion="9.1" device="${WATCH}" unit="count/min" ${at('08:00:00')} value="62">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierOxygenSaturation" sourceName="Robin’s Apple Watch" sourceVersion="9.1" device="${WATCH}" unit="%" ${at('08:01:00')} value="0.975"/>
 <Record type="HKQuantityTypeIdentifierRespiratoryRate" sourceName="Robin’s Apple Watch" unit="count/min" ${at('03:00:00')} value="14.0"/>
 <Record type="HKQuantityTypeIdentifierBodyTemperature" sourceName="Thermometer" unit="degC" ${at('09:00:00')} value="37.0"/>
 <Record type="HKQuantityTypeIdentifierBloodGlucose" sourceName="Meter" unit="mmol&lt;180.15588000005408&gt;/L" ${at('12:00:00')} value="5.4">
  <MetadataEntry key="HKBloodGlucoseMealTime" value="1"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="iPhone" unit="count" creationDate="2023-03-01 10:00:00 +0100" startDate="2023-03-01 09:00:00 +0100" endDate="2023-03-01 10:00:00 +0100" value="1234"/>
 <Record type="HKQuantityTypeIdentifierAppleExerciseTime" sourceName="Robin’s Apple Watch" unit="min" creationDate="2023-03-01 10:00:00 +0100" startDate="2023-03-01 09:00:00 +0100" endDate="2023-03-01 09:01:00 +0100" value="1"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Robin’s Apple Watch" creationDate="2023-03-01 07:00:00 +0100" startDate="2023-02-28 23:30:00 +0100" endDate="2023-03-01 02:00:00 +0100" value="HKCategoryValueSleepAnalysisAsleepCore"/>
 <Record type="HKQuantityTypeIdentifierHeadphoneAudioExposure" sourceName="iPhone" unit="dBASPL" ${at('11:00:00')} value="70"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="kg" ${at('07:05:00')} value="heavy"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="kg" startDate="yesterday" endDate="yesterday" value="71"/>
 ${pressure('Systolic', '121')}
 ${pressure('Diastolic', '79')}
 <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" sourceVersion="2" ${at('07:30:00')}>
  ${pressure('Systolic', '121')}
  ${pressure('Diastolic', '79')}
 </Correlation>
 <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="31.5" durationUnit="min" totalDistance="2.4" totalDistanceUnit="km" sourceName="Robin’s Apple Watch" creationDate="2023-03-01 18:40:00 +0100" startDate="2023-03-01 18:00:00 +0100" endDate="2023-03-01 18:31:30 +0100">
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" startDate="2023-03-01 18:00:00 +0100" endDate="2023-03-01 18:31:30 +0100" sum="120.25" unit="kcal"/>
 </Workout>
 <ActivitySummary dateComponents="2023-03-01" appleExerciseTime="31" appleExerciseTimeGoal="30"/>
 <ClinicalRecord type="Observation" identifier="o-1" sourceName="General Hospital" sourceURL="https://fhir.example.org/r4/Observation/o-1" fhirVersion="4.0.1" receivedDate="2023-04-01 10:00:00 +0200" resourceFilePath="/clinical-records/Observation-1.json"/>
 <ClinicalRecord type="Patient" identifier="p-1" sourceName="General Hospital" sourceURL="https://fhir.example.org/r4/Patient/p-1" fhirVersion="4.0.1" receivedDate="2023-04-01 10:00:00 +0200" resourceFilePath="/clinical-records/Patient-1.json"/>
 <ClinicalRecord type="AllergyIntolerance" identifier="a-1" sourceName="Old Clinic" sourceURL="https://old.example.org/dstu2/AllergyIntolerance/a-1" fhirVersion="1.0.2" receivedDate="2019-04-01 10:00:00 +0200" resourceFilePath="/clinical-records/AllergyIntolerance-1.json"/>
 <ClinicalRecord type="Condition" identifier="c-1" sourceName="Old Clinic" sourceURL="https://old.example.org/dstu2/Condition/c-1" fhirVersion="1.0.2" receivedDate="2019-04-01 10:00:00 +0200" resourceFilePath="/clinical-records/Condition-missing.json"/>
</HealthData>
`;

/** A sample of export_cda.xml. */
export interface CdaSample {
  readonly loinc: string;
  readonly name: string;
  /** `HeartRate`. */
  readonly type: string;
  readonly unit: string;
  readonly value: string;
  /** `20230301080000+0100` */
  readonly time: string;
  /** Motion context of a heart rate. */
  readonly context?: string | undefined;
}

const CDA_DEVICE = WATCH.replace('0x281e4e580', '0x283c21950');

/** As iOS writes it, from the line break before it on. */
export const cdaSample = ({ loinc, name, type, unit, value, time, context }: CdaSample): string => `
   <component>
    <observation classCode="OBS" moodCode="EVN">
     <templateId root="2.16.840.1.113883.10.20.22.4.27"/>
     <id root="c6f88321-67ad-11db-bd13-0800200c9a66"/>
     <code code="${loinc}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC" displayName="${name}"/>
     <text>
      <sourceName>Robin’s Apple Watch</sourceName>
      <sourceVersion>9.1</sourceVersion>
      <device>${CDA_DEVICE}</device>
      <value>${value}</value>
      <type>HKQuantityTypeIdentifier${type}</type>
      <unit>${unit}</unit>${
        context === undefined
          ? ''
          : `
      <metadataEntry>
       <key>HKMetadataKeyHeartRateMotionContext</key>
       <value>${context}</value>
      </metadataEntry>`
      }
     </text>
     <statusCode code="completed"/>
     <effectiveTime>
      <low value="${time}"/>
      <high value="${time}"/>
     </effectiveTime>
     <value xsi:type="PQ" value="${value}" unit="${unit}"/>
     <interpretationCode code="N" codeSystem="2.16.840.1.113883.5.83"/>
    </observation>
   </component>`;

/** The organizer around samples. */
export const ORGANIZER = {
  head: ` <entry typeCode="DRIV">
  <organizer classCode="CLUSTER" moodCode="EVN">
   <templateId root="2.16.840.1.113883.10.20.22.4.26"/>
   <id root="c6f88320-67ad-11db-bd13-0800200c9a66"/>
   <code code="46680005" codeSystem="2.16.840.1.113883.6.96" codeSystemName="SNOMED CT" displayName="Vital signs"/>
   <statusCode code="completed"/>
   <effectiveTime>
    <low value="20230301080000+0100"/>
    <high value="20230301080100+0100"/>
   </effectiveTime>`,
  foot: `
  </organizer>
 </entry>`,
};

const organizer = (...samples: CdaSample[]): string =>
  ORGANIZER.head + samples.map(cdaSample).join('') + ORGANIZER.foot;

/** The document before its entries. */
export const CDA_HEAD = `<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
<ClinicalDocument xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:hl7-org:v3" xmlns:cda="urn:hl7-org:v3">
 <realmCode code="US"/>
 <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
 <templateId root="2.16.840.1.113883.10.20.22.1.2"/>
 <id extension="Health Export CDA" root="1.1.1.1.1.1.1.1.1"/>
 <code codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC" code="34109-9" displayName="Note"/>
 <title>Health Data Export</title>
 <effectiveTime value="20240501080000+0200"/>
 <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
 <recordTarget>
  <patientRole>
   <id root="2.16.840.1.113883.4.6" nullFlavor="NA"/>
   <patient>
    <name>Robin Sample</name>
    <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1" displayName="Female"/>
    <birthTime value="19700131"/>
   </patient>
  </patientRole>
 </recordTarget>
`;

/** export_cda.xml: entries under the root, one id for all, and more after the end of the document. */
export const CDA = `${CDA_HEAD}${organizer(
  {
    loinc: '8867-4',
    name: 'Heart rate',
    type: 'HeartRate',
    unit: 'count/min',
    value: '62',
    time: '20230301080000+0100',
    context: '1',
  },
  {
    loinc: '2710-2',
    name: 'Oxygen saturation',
    type: 'OxygenSaturation',
    unit: '%',
    value: '0.96',
    time: '20230301080200+0100',
    context: '1',
  },
)}
</ClinicalDocument>
<component>
 <section>
${organizer({ loinc: '9279-1', name: 'Respiratory rate', type: 'RespiratoryRate', unit: 'count/min', value: '15', time: '20230301081000+0100', context: '1' })}
 </section>
</component>
`;

/** Resources as hospitals give them, one of the old FHIR version DSTU2. */
export const RECORDS: Readonly<Record<string, string>> = {
  'Patient-1.json': '{"resourceType":"Patient","id":"p-1","name":[{"family":"Sample","given":["Robin"]}]}',
  'Observation-1.json':
    '{"resourceType":"Observation","id":"o-1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},"subject":{"reference":"Patient/p-1"},"encounter":{"reference":"Encounter/e-9"},"effectiveDateTime":"2023-03-31","valueQuantity":{"value":13.0,"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}',
  'AllergyIntolerance-1.json':
    '{"resourceType":"AllergyIntolerance","id":"a-1","patient":{"reference":"Patient/p-7"},"status":"active","substance":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"7980"}],"text":"Penicillin G"}}',
};

/** The files of the export by path, with the names a French phone gives. */
export const appleFiles = (): Readonly<Record<string, string>> => ({
  'apple_health_export/exportation.xml': EXPORT,
  'apple_health_export/exportation_cda.xml': CDA,
  ...Object.fromEntries(
    Object.entries(RECORDS).map(([name, content]) => [`apple_health_export/clinical-records/${name}`, content]),
  ),
});

/** The export as the phone packs it. */
export const appleZip = (): Buffer =>
  writeZip(Object.entries(appleFiles()).map(([name, content]) => ({ name, content, deflate: true })));
