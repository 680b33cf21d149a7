import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { cda, fhirBundleText, mail, writeTar, xdmMembers } from '../../scripts/archives.js';
import { writeZip, type ZipMember } from '../../scripts/zip-writer.js';
import { INTAKE_LIMITS } from '../../src/intake/limits.js';
import { type Account, account } from './account.js';

const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
async function of(bytes: Uint8Array | string, name = `${number++}.zip`): Promise<Account[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return account([path]);
}

const zip = (...members: ZipMember[]): Promise<Account[]> => of(writeZip(members));
const good: ZipMember = { name: 'good.xml', content: cda('good'), deflate: true };
/** Name and reason, or the kind of what was read. */
const told = (accounts: readonly Account[]) => accounts.map(({ name, refused, kind }) => [name, refused ?? kind]);

describe('a zip archive', () => {
  it.each<[string, ZipMember, string]>([
    ['a path out of the archive', { name: '../../up.xml', content: cda('x') }, 'archive-path'],
    ['a path out of it in the middle', { name: 'a/../../up.xml', content: cda('x') }, 'archive-path'],
    ['an absolute path', { name: '/etc/x.xml', content: cda('x') }, 'archive-path'],
    ['a drive', { name: 'C:/x.xml', content: cda('x') }, 'archive-path'],
    ['a symbolic link', { name: 'link.xml', content: '/etc/passwd', mode: 0o120777 }, 'archive-link'],
    ['a device', { name: 'device.xml', content: '', mode: 0o020666 }, 'archive-link'],
    ['an encrypted member', { name: 'x.xml', content: cda('x'), flags: 1 }, 'archive-encrypted'],
    ['a member encrypted with AES', { name: 'x.xml', content: cda('x'), method: 99 }, 'archive-encrypted'],
    ['a method nobody knows', { name: 'x.xml', content: cda('x'), method: 14 }, 'archive-method'],
    ['a wrong check sum', { name: 'x.xml', content: cda('x'), crc: 1 }, 'archive-crc'],
    ['a wrong check sum under deflate', { name: 'x.xml', content: cda('x'), crc: 1, deflate: true }, 'archive-crc'],
    ['a wrong check sum of what is kept', { name: 'x.pdf', content: '%PDF-1.4', crc: 1 }, 'archive-crc'],
    ['no deflated bytes', { name: 'x.xml', content: cda('x'), method: 8 }, 'archive-damaged'],
  ])('with %s names it and reads the rest', async (_what, member, reason) => {
    const accounts = await zip(member, good);
    expect(accounts[0]?.refused).toBe(reason);
    expect(accounts[1]).toMatchObject({ name: 'good.xml', kind: 'cda', resources: { Patient: 1 } });
  });

  it('with backslashes in names is read as if they were slashes', async () => {
    expect(told(await zip({ name: 'a\\b.xml', content: cda('x') }))).toEqual([['a/b.xml', 'cda']]);
    expect(told(await zip({ name: '..\\b.xml', content: cda('x') }))).toEqual([['../b.xml', 'archive-path']]);
  });

  it('with one name twice reads both, gives them names of their own and says so', async () => {
    const [one, other] = await zip({ name: 'a.xml', content: cda('one') }, { name: 'a.xml', content: cda('other') });
    expect([one?.output, other?.output]).toEqual(['a', 'a-2']);
    expect(one?.findings).toBeUndefined();
    expect(other?.findings).toEqual(['package-name-duplicate']);
    expect(JSON.stringify(one?.events)).not.toEqual(JSON.stringify(other?.events));
  });

  it('of zip64 is read', async () => {
    const accounts = await zip({ ...good, zip64: true }, { name: 'b.pdf', content: '%PDF-1.4', zip64: true });
    expect(told(accounts)).toEqual([
      ['good.xml', 'cda'],
      ['b.pdf', 'pdf'],
    ]);
    expect(accounts[0]?.resources).toMatchObject({ Patient: 1 });
  });

  it('is told by its content, not by its name', async () => {
    expect(told(await of(writeZip([good]), 'records.xml'))).toEqual([['good.xml', 'cda']]);
    expect(told(await of(cda('x'), 'records.zip'))).toEqual([['records.zip', 'cda']]);
    expect(told(await of('%PDF-1.7', 'summary.xml'))).toEqual([['summary.xml', 'pdf']]);
  });

  it('whose members share bytes is refused whole', async () => {
    const bomb = { name: 'a.xml', content: cda('x').padEnd(5000), deflate: false };
    const accounts = await zip(bomb, { ...bomb, name: 'b.xml', sameAs: 0 }, { ...bomb, name: 'c.xml', sameAs: 0 });
    expect(told(accounts)).toEqual([[expect.stringMatching(/zip$/), 'archive-overlap']]);
  });

  it('that unpacks to far more than it is stops at the ratio', async () => {
    const content = Buffer.alloc(INTAKE_LIMITS.ratioFrom * 2, ' ');
    content.write(cda('bomb'));
    expect(told(await zip({ name: 'bomb.xml', content, deflate: true }, good))).toEqual([
      ['bomb.xml', 'limit-ratio'],
      ['good.xml', 'cda'],
    ]);
    expect(told(await of(gzipSync(content), 'bomb.xml.gz'))).toEqual([['bomb.xml', 'limit-ratio']]);
    expect(told(await zip({ name: 'inner.gz', content: gzipSync(content) }))).toEqual([['inner', 'limit-ratio']]);
  });

  it('in a zip in a zip is opened, but not without end', async () => {
    let bytes = writeZip([good]);
    for (let depth = 1; depth < INTAKE_LIMITS.nesting; depth++)
      bytes = writeZip([{ name: `${depth}.zip`, content: bytes }]);
    expect(told(await of(bytes))).toEqual([['4.zip/3.zip/2.zip/1.zip/good.xml', 'cda']]);
    const deeper = writeZip([{ name: 'x.zip', content: bytes }]);
    expect(told(await of(deeper))).toEqual([[expect.stringMatching(/1\.zip$/), 'limit-nesting']]);
  });

  it.each([20, 200, -10])('cut off after %i bytes is named as damaged', async (length) => {
    const [first, ...more] = told(await of(writeZip([good]).subarray(0, length)));
    expect([first?.[1], more]).toEqual(['archive-damaged', []]);
  });

  it('that holds nothing is told from one that is broken', async () => {
    expect(told(await zip())).toEqual([[expect.stringMatching(/zip$/), 'unrecognised']]);
  });
});

describe('a tar archive', () => {
  it('with links, devices and paths out of it names them and reads the rest', async () => {
    const accounts = await of(
      await writeTar([
        { name: 'link.xml', type: 'symlink', linkname: '/etc/passwd' },
        { name: '../up.xml', content: cda('up') },
        { name: 'a.xml', content: cda('a') },
        { name: 'a.xml', content: cda('b') },
        { name: 'empty.xml' },
      ]),
      'a.tar',
    );
    expect(told(accounts)).toEqual([
      ['link.xml', 'archive-link'],
      ['../up.xml', 'archive-path'],
      ['a.xml', 'cda'],
      ['a.xml', 'cda'],
      ['empty.xml', 'not-xml'],
    ]);
    expect(accounts[3]).toMatchObject({ output: 'a-2', findings: ['package-name-duplicate'] });
  });

  it('cut off gives what stands before that place', async () => {
    const bytes = await writeTar([
      { name: 'a.xml', content: cda('a') },
      { name: 'b.xml', content: cda('b') },
    ]);
    const accounts = await of(bytes.subarray(0, 512 * 6 + 100), 'cut.tar');
    expect(told(accounts)).toEqual([
      ['cut.tar', 'archive-damaged'],
      ['a.xml', 'cda'],
      ['b.xml', 'archive-damaged'],
    ]);
  });

  it('under gzip that is damaged is named', async () => {
    const bytes = gzipSync(await writeTar([{ name: 'a.xml', content: cda('a') }]));
    expect(told(await of(bytes.subarray(0, bytes.length - 20), 'cut.tar.gz'))[0]?.[1]).toBe('archive-damaged');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 8) ^ 1, bytes.length - 8);
    expect(told(await of(bytes, 'sum.tar.gz'))[0]?.[1]).toBe('archive-crc');
  });
});

describe('a package', () => {
  const document = { id: 'urn:uuid:00000000-0000-4000-8000-000000000001', uri: 'DOC1.XML', content: cda('d') };

  it('whose document is not what its metadata says is told: hash, size, patient, type', async () => {
    const hash = 'a'.repeat(40);
    const findingsOf = async (change: object) => {
      const accounts = await of(writeZip(xdmMembers([{ ...document, ...change }])));
      const found = accounts.find(({ kind }) => kind === 'cda');
      return {
        findings: found?.findings?.filter((code) => code !== 'package-metadata-unread'),
        text: JSON.stringify(found),
      };
    };
    expect((await findingsOf({})).findings).toEqual([]);
    const wrong = await findingsOf({ hash });
    expect(wrong.findings).toEqual(['package-hash-differs']);
    // A wrong hash is not passed on as if it were true.
    expect(wrong.text).not.toContain(Buffer.from(hash, 'hex').toString('base64'));
    expect((await findingsOf({ size: '7' })).findings).toEqual(['package-hash-differs']);
    expect((await findingsOf({ mimeType: 'application/pdf' })).findings).toEqual(['package-type-differs']);
    const patient = 'p-2^^^&amp;2.16.840.1.113883.19.6&amp;ISO';
    expect((await findingsOf({ sourcePatientId: patient })).findings).toEqual(['package-patient-differs']);
  });

  it('that lacks a document it describes says so', async () => {
    const members = xdmMembers([document]).filter(({ name }) => !name.endsWith('DOC1.XML'));
    expect(told(await of(writeZip(members)))).toContainEqual(['IHE_XDM/SUBSET01/DOC1.XML', 'document-missing']);
  });

  it('converts replaced documents only when asked, and marks them', async () => {
    const path = join(folder, 'replaced.zip');
    writeFileSync(path, writeZip(xdmMembers([{ ...document, status: 'Deprecated' }])));
    expect(told(await account([path]))).toContainEqual(['IHE_XDM/SUBSET01/DOC1.XML', 'document-replaced']);
    const asked = (await account([path], { includeReplaced: true })).find(({ kind }) => kind === 'cda');
    expect(asked?.findings).toContain('package-document-replaced');
    expect(JSON.stringify(asked?.events)).toContain('"status":"superseded"');
  });

  it.each([
    ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><SubmitObjectsRequest/>'],
    ['broken XML', '<SubmitObjectsRequest><a></SubmitObjectsRequest>'],
  ])('with metadata of %s names that and still reads the documents', async (_what, content) => {
    const accounts = await zip({ name: 'IHE_XDM/METADATA.XML', content }, { name: 'IHE_XDM/a.xml', content: cda('x') });
    expect(told(accounts)).toEqual([
      ['IHE_XDM/METADATA.XML', 'archive-damaged'],
      ['IHE_XDM/a.xml', 'cda'],
    ]);
  });

  it('in a folder is recognised as in an archive, by names of any case', async () => {
    const members = xdmMembers([{ ...document, uri: 'doc1.xml' }]);
    const accounts = await zip(...members.map((one) => ({ ...one, name: one.name.toUpperCase() })));
    expect(accounts.find(({ kind }) => kind === 'cda')?.findings).toEqual(['package-metadata-unread']);
  });
});

describe('other wrappings', () => {
  it('damaged FHIR is named, without a word of it', async () => {
    const accounts = await of(fhirBundleText().slice(0, -40), 'cut.json');
    expect(accounts.map(({ refused }) => refused)).toContain('archive-damaged');
  });

  it.each([
    ['"status":"current"', '"status":"superseded"'],
    ['"status":"current"', '"status":"entered-in-error"'],
    ['"docStatus":"final"', '"docStatus":"entered-in-error"'],
  ])('a document whose DocumentReference has %s changed to %s is left out unless asked for', async (from, to) => {
    const path = join(folder, 'withdrawn.json');
    writeFileSync(path, fhirBundleText().replace(from, to));
    expect(told(await account([path]))).toEqual([
      ['withdrawn.json', 'fhir'],
      ['withdrawn/Binary-b1', 'document-replaced'],
    ]);
    const [, asked] = await account([path], { includeReplaced: true });
    expect(asked).toMatchObject({ kind: 'cda', findings: ['package-document-replaced'] });
  });

  it('base64 that breaks off into something else is refused', async () => {
    const text = `${Buffer.from(cda('x')).toString('base64')}%%%%`;
    expect((await of(`${text.slice(0, 12000)}`, 'x.b64')).length).toBe(1);
  });

  it('a message without attachments is named', async () => {
    expect(told(await of(mail([]), 'empty.eml'))).toEqual([['message', 'package-part']]);
  });

  it('leaves no temporary file for others to read', async () => {
    const [spooled] = readdirSync(tmpdir()).filter((name) => name === `ccd2fhir-spool-${process.pid}`);
    expect(spooled).toBeDefined();
  });
});

describe('what nothing here reads', () => {
  const cms = (type: string): Buffer =>
    Buffer.from(`3082018a06092a864886f70d0107${type}a082017b3082017700000000`, 'hex');
  it.each<[string, string | Uint8Array, string]>([
    ['archive.rar', Buffer.from('526172211a070100', 'hex'), 'archive-method'],
    ['archive.7z', Buffer.from('377abcaf271c0004', 'hex'), 'archive-method'],
    ['smime.p7m', cms('03'), 'archive-encrypted'],
    ['signed.p7m', cms('02'), 'archive-method'],
    ['winmail.dat', Buffer.from('789f3e22010203040506', 'hex'), 'archive-method'],
    [
      'mail.msg',
      Buffer.from(
        `d0cf11e0a1b11ae1${'00'.repeat(600)}${Buffer.from('__substg1.0_', 'utf16le').toString('hex')}`,
        'hex',
      ),
      'archive-method',
    ],
    ['settings.json', '{"hello": 1}', 'unrecognised'],
  ])('%s is named for what it is, by itself and in a package', async (name, content, code) => {
    expect(told(await of(content, name))).toEqual([[name, code]]);
    const inside = told(await of(writeZip([good, { name, content }])));
    expect(inside).toEqual([
      ['good.xml', 'cda'],
      [name, code],
    ]);
  });

  it('signed content in a mail is told from encrypted content', async () => {
    const sealed = (type: string) => mail([{ name: 'smime.p7m', type: 'application/pkcs7-mime', content: cms(type) }]);
    expect(told(await of(sealed('03'), 'a.eml'))).toContainEqual(['smime.p7m', 'archive-encrypted']);
    expect(told(await of(sealed('02'), 'b.eml'))).toContainEqual(['smime.p7m', 'archive-method']);
  });
});
