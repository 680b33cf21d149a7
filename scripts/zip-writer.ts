/** Writes zip archives byte by byte, broken and hostile ones too; the same input gives the same bytes. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** Deflate instead of store. */
  readonly deflate?: boolean;
  /** General purpose bit flag, added to the UTF-8 one (1: encrypted). */
  readonly flags?: number;
  /** Compression method to state instead of the true one. */
  readonly method?: number;
  /** Unix mode, e.g. 0o120777 for a symbolic link. */
  readonly mode?: number;
  /** Check sum to state instead of the true one. */
  readonly crc?: number;
  /** Use the bytes of the member with this index, as overlapping zip bombs do. */
  readonly sameAs?: number;
  /** Sizes and offset in the zip64 extra field. */
  readonly zip64?: boolean;
}

const UTF8 = 0x800;
const FULL = 0xffffffff;

interface Placed extends ZipMember {
  readonly bytes: Buffer;
  readonly packed: Buffer;
  readonly sum: number;
  readonly offset: number;
}

export function writeZip(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  for (const member of members) {
    const bytes = Buffer.from(member.content);
    const packed = member.deflate ? deflateRawSync(bytes) : bytes;
    const shared = member.sameAs === undefined ? undefined : placed[member.sameAs];
    const at: Placed = { ...member, bytes, packed, sum: member.crc ?? crc32(bytes), offset: shared?.offset ?? offset };
    placed.push(at);
    if (shared) continue;
    const local = [localHeader(at), packed];
    parts.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const directory = Buffer.concat(placed.map(centralHeader));
  return Buffer.concat([...parts, directory, endOf(placed, directory.length, offset)]);
}

const methodOf = ({ method, deflate }: ZipMember): number => method ?? (deflate ? 8 : 0);

function common(member: Placed, zip64: boolean): Buffer {
  const header = Buffer.alloc(26 - 4);
  header.writeUInt16LE(zip64 ? 45 : 20, 0);
  header.writeUInt16LE(UTF8 | (member.flags ?? 0), 2);
  header.writeUInt16LE(methodOf(member), 4);
  header.writeUInt16LE(0, 6); // midnight
  header.writeUInt16LE(0x5021, 8); // 2020-01-01
  header.writeUInt32LE(member.sum, 10);
  header.writeUInt32LE(zip64 ? FULL : member.packed.length, 14);
  header.writeUInt32LE(zip64 ? FULL : member.bytes.length, 18);
  return header;
}

function extra(member: Placed, withOffset: boolean): Buffer {
  if (!member.zip64) return Buffer.alloc(0);
  const sizes = [member.bytes.length, member.packed.length, ...(withOffset ? [member.offset] : [])];
  const field = Buffer.alloc(4 + 8 * sizes.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * sizes.length, 2);
  for (const [index, size] of sizes.entries()) field.writeBigUInt64LE(BigInt(size), 4 + 8 * index);
  return field;
}

function localHeader(member: Placed): Buffer {
  const name = Buffer.from(member.name);
  const field = extra(member, false);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length, 0);
  lengths.writeUInt16LE(field.length, 2);
  return Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    common(member, member.zip64 ?? false),
    lengths,
    name,
    field,
  ]);
}

function centralHeader(member: Placed): Buffer {
  const name = Buffer.from(member.name);
  const field = extra(member, true);
  const head = Buffer.from('PK\x01\x02\x14\x03', 'latin1'); // made by Unix
  const tail = Buffer.alloc(18);
  tail.writeUInt16LE(name.length, 0);
  tail.writeUInt16LE(field.length, 2);
  tail.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 10);
  tail.writeUInt32LE(member.zip64 ? FULL : member.offset, 14);
  return Buffer.concat([head, common(member, member.zip64 ?? false), tail, name, field]);
}

function endOf(members: readonly Placed[], size: number, offset: number): Buffer {
  const zip64 = members.length > 0xfffe || members.some((member) => member.zip64);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 8);
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 10);
  end.writeUInt32LE(zip64 ? FULL : size, 12);
  end.writeUInt32LE(zip64 ? FULL : offset, 16);
  if (!zip64) return end;
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 0, 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  for (const at of [24, 32]) record.writeBigUInt64LE(BigInt(members.length), at);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
