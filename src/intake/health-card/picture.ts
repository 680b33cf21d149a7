/** The texts of the QR codes in a picture. The one place that knows `zxing-wasm`, whose code comes with the package. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Pixels looked at: a phone's photograph has 12 to 48 million. */
const MOST_PIXELS = 64e6;
const MOST_BYTES = 32e6;

/**
 * Texts of the QR codes of a PNG or JPEG; none if there are none, or the picture is broken or too large to look at.
 * Throws nothing.
 */
export async function readCodes(bytes: Uint8Array): Promise<string[]> {
  const pixels = pixelsOf(bytes);
  if (bytes.length > MOST_BYTES || pixels === undefined || pixels > MOST_PIXELS) return [];
  try {
    reader ??= load();
    const { readBarcodes } = await reader;
    const found = await readBarcodes(bytes, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 32 });
    return found.filter(({ isValid }) => isValid).map(({ text }) => text);
  } catch {
    return [];
  }
}

let reader: Promise<typeof import('zxing-wasm/reader')> | undefined;

/** Its WebAssembly is given to it: left alone it would fetch it from the network. */
async function load(): Promise<typeof import('zxing-wasm/reader')> {
  const module = await import('zxing-wasm/reader');
  const path = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const { buffer, byteOffset, byteLength } = await readFile(path);
  const wasmBinary = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  module.prepareZXingModule({ overrides: { wasmBinary } });
  return module;
}

/** Width times height as the file states them, so that none is unpacked that would fill the memory. */
export function pixelsOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return undefined;
  if (view.getUint32(0) === 0x89504e47) return view.getUint32(16) * view.getUint32(20);
  if (view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) at++;
    else if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker))
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
