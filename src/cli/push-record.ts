/** What stays of a push on the disk: a journal of what became of each resource, what was refused, and a sum. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Fate, Outcome } from '../push/send.js';

export interface PushRecord {
  /** Notes what became of a resource; a refused one is kept with its reason. */
  add(outcome: Outcome): void;
  /** Writes the sum, `push.json`. */
  close(run: string, profiles: boolean, counts: Readonly<Record<Fate, number>>): void;
}

/** @param folder is made if it is not there; a journal of before is written over */
export function openRecord(folder: string): PushRecord {
  const rejected = join(folder, 'rejected');
  mkdirSync(folder, { recursive: true });
  const journal = openSync(join(folder, 'journal.ndjson'), 'w');
  const times = new Map<string, number>();

  /** Several resources without an id have the same key. */
  function nameOf(key: string): string {
    const name = key.replace(/[^\w.-]+/g, '-');
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name}-${time}`;
  }

  return {
    add({ key, fate, resource, outcome, why, status }) {
      writeSync(journal, `${JSON.stringify({ key, fate })}\n`);
      if (fate !== 'refused') return;
      mkdirSync(rejected, { recursive: true });
      const name = nameOf(key);
      writeJson(join(rejected, `${name}.json`), resource ?? {});
      writeJson(join(rejected, `${name}.reason.json`), outcome ?? { status, why });
    },
    close(run, profiles, counts) {
      closeSync(journal);
      writeJson(join(folder, 'push.json'), { run, profiles, ...counts });
    },
  };
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
