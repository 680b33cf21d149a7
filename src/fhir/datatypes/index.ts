/** The registry of data type converters: what a table's `as` may name (checklist A1). */
import { attribute, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { convertAbsent, convertAbsentReason } from './absent.js';
import { convertAddress } from './address.js';
import { convertAnnotation } from './annotation.js';
import { convertAttachment } from './attachment.js';
import { convertBoolean } from './boolean.js';
import { convertCode, convertCodeableConcept, convertCoding } from './coded.js';
import type { Converter } from './converter.js';
import { convertDecimal, convertRepeats, integerFrom } from './decimal.js';
import { convertIdentifier } from './identifier.js';
import { convertHumanName } from './name.js';
import { convertNarrative } from './narrative.js';
import { convertDuration, convertQuantity, convertRange, convertRatio, convertSimpleQuantity } from './quantity.js';
import { convertContactPoint } from './telecom.js';
import {
  convertDate,
  convertDateTime,
  convertInstant,
  convertPeriod,
  convertTime,
  convertTimedDateTime,
} from './time.js';
import { convertTiming, convertTimingRepeat } from './timing.js';
import { convertUdiCarrier, convertUdiPart } from './udi.js';
import { convertId, convertOid, convertUri, convertUrl } from './uri.js';
import { type Choice, chooseFrom } from './value.js';
import { convertString } from './words.js';

export type { Converter } from './converter.js';
export type { Choice } from './value.js';

/** The declared type of what is converted is looked at, so it is no loss. */
function withTypes(converters: Record<string, Converter>): Readonly<Record<string, Converter>> {
  const wrap =
    (convert: Converter): Converter =>
    (source, context) => {
      const value = convert(source, context);
      if (value !== undefined && !isLeaf(source)) context.test(attribute(source, 'xsi:type'));
      return value;
    };
  return Object.freeze(Object.fromEntries(Object.entries(converters).map(([key, convert]) => [key, wrap(convert)])));
}

/** By FHIR type name, or a name for a special use. */
export const CONVERTERS: Readonly<Record<string, Converter>> = withTypes({
  Address: convertAddress,
  Age: convertDuration,
  Annotation: convertAnnotation,
  Attachment: convertAttachment,
  CodeableConcept: convertCodeableConcept,
  Coding: convertCoding,
  ContactPoint: convertContactPoint,
  Duration: convertDuration,
  HumanName: convertHumanName,
  Identifier: convertIdentifier,
  Narrative: convertNarrative,
  Period: convertPeriod,
  Quantity: convertQuantity,
  Range: convertRange,
  Ratio: convertRatio,
  SimpleQuantity: convertSimpleQuantity,
  Timing: convertTiming,
  /** The members of Timing.repeat one PIVL_TS or EIVL_TS gives. */
  TimingRepeat: convertTimingRepeat,
  /** Device.udiCarrier of an id that is a UDI (DV-01). */
  UdiCarrier: convertUdiCarrier,
  /** Batch, dates and serial number a UDI of GS1 states after its DI (DV-03). */
  UdiLot: convertUdiPart('lot'),
  UdiMade: convertUdiPart('made'),
  UdiExpires: convertUdiPart('expires'),
  UdiSerial: convertUdiPart('serial'),
  UdiDistinct: convertUdiPart('distinct'),
  boolean: convertBoolean,
  code: convertCode,
  date: convertDate,
  dateTime: convertDateTime,
  decimal: convertDecimal,
  id: convertId,
  instant: convertInstant,
  integer: integerFrom(-(2 ** 31)),
  markdown: convertString,
  oid: convertOid,
  positiveInt: integerFrom(1),
  /** ME-31: fills allowed, of which all but the first are repeats. */
  repeats: convertRepeats,
  string: convertString,
  time: convertTime,
  /** A dateTime, if the source has a clock time. */
  timedDateTime: convertTimedDateTime,
  unsignedInt: integerFrom(0),
  uri: convertUri,
  url: convertUrl,
  /** A null flavor as data-absent-reason code. */
  absent: convertAbsent,
  /** A null flavor as CodeableConcept. */
  dataAbsentReason: convertAbsentReason,
});

/**
 * Converts to one of the `allowed` FHIR types, chosen by xsi:type (inferred when missing, VA-10). Returns the suffix of
 * the element's name, capitalised (`Quantity`, `DateTime`), and the value.
 */
export function convertChoice(source: Node | Leaf, allowed: readonly string[], context: Context): Choice | undefined {
  return chooseFrom(CONVERTERS, source, allowed, context);
}
