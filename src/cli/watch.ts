/** How a run is followed: a bar on a terminal, plain lines elsewhere, lines of JSON for programs, or nothing. */
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Watcher } from '../batch/batch.js';
import { listFiles, listNamed } from '../intake/files.js';
import { count } from '../report/layout.js';
import { formatDuration } from './run-summary.js';
import { say } from './streams.js';

export interface RunWatch extends Watcher {
  /** A signal came: the documents at work are still finished. */
  stopping(signal: string): void;
  close(): void;
}

interface State {
  done: number;
  /** Done by earlier sessions. */
  found: number;
  rejected: number;
  read: number;
  /** Documents and bytes in all, once they are counted. */
  total: { documents: number; bytes: number } | undefined;
  readonly start: number;
}

interface Display {
  line(text: string): void;
  update(state: State): void;
  refused(name: string, path: string, status: string, reason: string, message: string): void;
  close(): void;
}

const UPDATE_MS = 200;
const LINE_MS = 10_000;
/** Refusals told one by one; all are in run.json. */
const MOST_REFUSALS = 20;

/** What a run reads. */
interface RunInput {
  readonly inputs: readonly string[];
  readonly list: readonly string[];
  readonly exclude: readonly string[];
}

/** @param input is counted beside the run */
export function watchRun(options: { readonly quiet: boolean; readonly json: boolean }, input: RunInput): RunWatch {
  const state: State = { done: 0, found: 0, rejected: 0, read: 0, total: undefined, start: performance.now() };
  const display = chooseDisplay(options);
  const stopCounting = options.quiet ? () => undefined : countInBackground(input, state);
  const timer = setInterval(() => display.update(state), options.json || !process.stderr.isTTY ? LINE_MS : UPDATE_MS);
  timer.unref();
  return {
    found(run) {
      state.found = run.documents.total;
      if (state.found > 0) display.line(`Resumed: ${count(state.found)} documents were finished before.`);
    },
    done({ name, path }, outcome) {
      state.done++;
      if (outcome.status !== 'rejected') return; // what was skipped is in run.json: a folder may hold much else
      state.rejected++;
      if (state.rejected <= MOST_REFUSALS || options.json)
        display.refused(name, path, outcome.status, outcome.reason, outcome.message);
      else if (state.rejected === MOST_REFUSALS + 1)
        display.line('More documents are rejected; run.json will list all.');
    },
    read(bytes) {
      state.read += bytes;
    },
    stopping: () => display.line('Stopping: the documents at work are finished first. Once more to stop at once.'),
    close() {
      clearInterval(timer);
      stopCounting();
      display.close();
    },
  };
}

function chooseDisplay({ quiet, json }: { readonly quiet: boolean; readonly json: boolean }): Display {
  const refused = (_name: string, path: string, status: string, _reason: string, message: string): void =>
    say(`${path}: ${status}: ${message}`);
  if (json) return jsonDisplay();
  if (quiet) return { line: () => undefined, update: () => undefined, refused, close: () => undefined };
  if (process.stderr.isTTY) return barDisplay();
  return { line: say, update: (state) => say(describe(state)), refused, close: () => undefined };
}

function jsonDisplay(): Display {
  const tell = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
  return {
    line: say,
    update: (state) => tell({ event: 'progress', ...figures(state) }),
    refused: (name, _path, status, reason, message) => tell({ event: status, name, reason, message }),
    close: () => undefined,
  };
}

function barDisplay(): Display {
  const bar = new SingleBar({
    format: '{bar} {text}',
    stream: process.stderr,
    clearOnComplete: true,
    gracefulExit: false,
    hideCursor: null,
    barsize: 20,
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    emptyOnZero: true,
  });
  bar.start(1, 0, { text: '' });
  const line = (text: string): void => {
    process.stderr.write(`\r\u001b[K${text}\n`);
    bar.render();
  };
  return {
    line,
    update(state) {
      bar.setTotal(Math.max(state.total?.documents ?? 0, 1));
      bar.update(state.total ? state.done + state.found : 0, { text: describe(state) });
    },
    refused: (_name, path, status, _reason, message) => line(`${path}: ${status}: ${message}`),
    close: () => bar.stop(),
  };
}

/** Where the run stands, in numbers. */
function figures({ done, found, rejected, read, total, start }: State) {
  const seconds = (performance.now() - start) / 1000;
  const share = total ? progress(done, found, read, total) : 0;
  return {
    documents: done + found,
    ...(total && { total: total.documents }),
    rejected,
    documentsPerSecond: round(done / seconds),
    megabytesPerSecond: round(read / 1e6 / seconds),
    ...(share > 0 && { secondsLeft: Math.round(seconds / share - seconds) }),
  };
}

/** What part of this session's work is done: by bytes where they are known, as documents differ in size. */
function progress(done: number, found: number, read: number, total: NonNullable<State['total']>): number {
  if (total.bytes > 0 && found === 0) return Math.min(1, read / total.bytes);
  return Math.min(1, done / Math.max(1, total.documents - found));
}

const round = (number: number): number => (number < 10 ? Math.round(number * 10) / 10 : Math.round(number));

function describe(state: State): string {
  const now = figures(state);
  return [
    now.total === undefined
      ? `${count(now.documents)} documents`
      : `${count(now.documents)} of ${count(now.total)} documents`,
    `${now.documentsPerSecond} documents/s`,
    `${now.megabytesPerSecond} MB/s`,
    ...(now.secondsLeft === undefined ? [] : [`${formatDuration(now.secondsLeft)} left`]),
    `${count(now.rejected)} rejected`,
  ].join(', ');
}

/** What holds other files: how many, only reading would tell. */
const ARCHIVE = /\.(zip|xdm|tar|tgz|gz|eml|p7m|b64|json|ndjson)$/i;

/** Counts files while the run goes on; gives up where there are archives, or no names yet. */
function countInBackground({ inputs, list, exclude }: RunInput, state: State): () => void {
  let stopped = false;
  const work = async (): Promise<void> => {
    const total = { documents: 0, bytes: 0 };
    const passed = new Set(exclude.map((path) => resolve(path)));
    const sources = [...inputs.map((path) => listFiles(path, passed)), ...list.map((path) => listNamed(path, passed))];
    for (const source of sources)
      for await (const file of source) {
        if (stopped || file.sequential || ARCHIVE.test(file.name)) return;
        total.documents++;
        total.bytes += file.size ?? 0;
      }
    state.total = total;
  };
  // What is wrong with the input, the run itself says.
  work().catch(() => undefined);
  return () => {
    stopped = true;
  };
}
