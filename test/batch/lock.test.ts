/** Two runs never work in one folder; the lock of a run that is gone holds nobody up. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFolder } from '../../src/batch/lock.js';
import { workFolderOf } from '../../src/batch/work-folder.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-lock-'));
afterAll(() => rmSync(root, { recursive: true }));

function folderLockedBy(name: string, holder?: string, age = 0) {
  const folder = join(root, name);
  const work = workFolderOf(folder);
  mkdirSync(join(folder, '.ccd2fhir'), { recursive: true });
  if (holder !== undefined) {
    writeFileSync(work.lock, holder);
    const then = new Date(Date.now() - age);
    utimesSync(work.lock, then, then);
  }
  return { lock: work.lock, take: () => lockFolder(folder, work) };
}

it('lets one run in, and the next when it has ended', () => {
  const { lock, take } = folderLockedBy('one');
  const unlock = take();
  expect(take).toThrow(/Another run is at work/);
  unlock();
  expect(existsSync(lock)).toBe(false);
  take()();
});

it('does not heed the lock of a process that is gone, or that is torn', () => {
  folderLockedBy('gone', `${hostname()} 999999999`).take()();
  folderLockedBy('torn', '', 2000).take()();
});

it('heeds a run on another machine as long as it gives signs of life', () => {
  expect(folderLockedBy('far', 'elsewhere 12').take).toThrow(expect.objectContaining({ name: 'UsageError' }));
  folderLockedBy('far-silent', 'elsewhere 12', 120_000).take()();
});
