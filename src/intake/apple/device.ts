/** The source of a sample - an app, a watch, a scale - as Device. */
import { nameId } from '../../fhir/ids.js';
import type { JsonObject } from '../../fhir/json.js';
import type { Sample } from './sample.js';

export interface Devices {
  /** `Device/id` of the sample's source; undefined if the sample names none. New ones are emitted first. */
  refer(sample: Sample): string | undefined;
}

/** Sources held at once; more are made again under the same id, and told as known by `emit`. */
const MOST_KNOWN = 2000;

/** @param emit told each source when it is met, possibly again after many others */
export function createDevices(emit: (device: JsonObject) => void): Devices {
  const known = new Map<string, string>();
  let [lastName, lastVersion, lastDevice, last] = ['', '', '', ''];
  return {
    refer(sample) {
      const { sourceName, sourceVersion, device } = sample;
      if (last !== '' && sourceName === lastName && sourceVersion === lastVersion && device === lastDevice) return last;
      const resource = toDevice(sample);
      if (resource === undefined) return undefined;
      const { resourceType: _, ...content } = resource;
      const key = JSON.stringify(content);
      let reference = known.get(key);
      if (reference === undefined) {
        const id = nameId(`Apple Health\nDevice\n${key}`);
        reference = `Device/${id}`;
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(key, reference);
        emit({ resourceType: 'Device', id, ...content });
      }
      [lastName, lastVersion, lastDevice, last] = [sourceName, sourceVersion, device, reference];
      return reference;
    },
  };
}

/** The fields of `<<HKDevice: 0x28aa91770>, name:Apple Watch, hardware:Watch6,2, software:9.1>`. */
const FIELD = /(?:^|, )(name|manufacturer|model|hardware|firmware|software|localIdentifier|UDIDeviceIdentifier):/;

/** Fields by name. The address in memory is left out: it is another one in every export. */
export function readDevice(text: string): Record<string, string> {
  const inner = text.replace(/^<<HKDevice:[^>]*>,?\s*/, '').replace(/>+$/, '');
  const parts = inner.split(new RegExp(FIELD, 'g'));
  const fields: Record<string, string> = {};
  for (let index = 1; index + 1 < parts.length; index += 2) {
    const [name = '', value = ''] = [parts[index], parts[index + 1]?.trim()];
    if (value !== '' && value !== '(null)') fields[name] = value;
  }
  return fields;
}

function toDevice({ sourceName, sourceVersion, device }: Sample): JsonObject | undefined {
  const fields = device === '' ? {} : readDevice(device);
  const versions = [
    ...version(fields.hardware, 'hardware'),
    ...version(fields.firmware, 'firmware'),
    ...version(fields.software, 'software'),
    ...(fields.software === sourceVersion ? [] : version(sourceVersion, 'source')),
  ];
  const names = [
    ...(sourceName === '' ? [] : [{ name: sourceName, type: 'user-friendly-name' }]),
    ...(fields.name === undefined || fields.name === sourceName ? [] : [{ name: fields.name, type: 'model-name' }]),
  ];
  if (names.length === 0 && versions.length === 0) return undefined;
  return {
    resourceType: 'Device',
    ...(fields.UDIDeviceIdentifier && { udiCarrier: [{ deviceIdentifier: fields.UDIDeviceIdentifier }] }),
    ...(fields.manufacturer && { manufacturer: fields.manufacturer }),
    ...(names.length > 0 && { deviceName: names }),
    ...(fields.model && { modelNumber: fields.model }),
    ...(versions.length > 0 && { version: versions }),
  };
}

const version = (value: string | undefined, type: string): JsonObject[] =>
  value === undefined || value === '' ? [] : [{ type: { text: type }, value }];
